/* NIST P-256, y^2 = x^3 - 3x + b. A multiplication takes odd digits of the scalar, none of them zero (Joye and Tunstall 2009), over Jacobian
 * coordinates: then no addition but the last can meet equal or opposite points or the identity, for what has been summed up is a
 * prefix of the scalar, at least 1 and far below the order. The last one, and `product`, use the complete addition of Renes,
 * Costello and Batina (Eurocrypt 2016), which has no exceptions. */
#include <string.h>

#include "ct.h"
#include "group.h"
#include "p256_field.h"
#include "line.h"
#include "wipe.h"
#include "workspace.h"

#define WORDS FIELD_WORDS
#define BYTES 65

/* A board.mk may set a smaller one: less RAM, more additions. */
#ifndef P256_WINDOW
#define P256_WINDOW 4
#endif
#define TABLE (1 << (P256_WINDOW - 1)) /* 1, 3, 5 ... times the point */
#define DIGITS ((32 * SCALAR_WORDS + P256_WINDOW - 1) / P256_WINDOW)

struct point {
    field x, y, z; /* Jacobian: x/z^2, y/z^3. Where it says projective: x/z, y/z */
};

static void twice(field out, const field a)
{
    field_add(out, a, a);
}

/* Temporaries of a sum of points: in the room of the whole multiplication, so that no product of the field lies deeper on the stack than another. */
struct spare {
    field t, u;
};

/* Jacobian, p = 2p: Bernstein and Lange's dbl-2001-b, with z3 = 2 y z; gamma, y^2, takes the place of y. */
static void double_point(struct point *p, struct spare *spare)
{
    uint32_t *const alpha = spare->t, *const beta = spare->u;
    field_square(alpha, p->z);
    field_mul(p->z, p->y, p->z);
    twice(p->z, p->z);
    field_sub(beta, p->x, alpha);
    field_add(alpha, p->x, alpha);
    field_mul(alpha, alpha, beta);
    twice(beta, alpha);
    field_add(alpha, alpha, beta);
    field_square(p->y, p->y);
    field_mul(beta, p->x, p->y);
    twice(beta, beta);
    twice(beta, beta);
    field_square(p->x, alpha);
    field_sub(p->x, p->x, beta);
    field_sub(p->x, p->x, beta);
    field_sub(beta, beta, p->x);
    field_mul(beta, alpha, beta);
    twice(p->y, p->y);
    field_square(p->y, p->y);
    twice(p->y, p->y);
    field_sub(p->y, beta, p->y);
}

/* Jacobian, p = p + q for different ones, none of them the identity or the other's opposite. q is used up. */
static void add_different(struct point *p, struct point *q, struct spare *spare)
{
    uint32_t *const t = spare->t, *const u = spare->u;
    field_square(t, p->z);
    field_square(u, q->z);
    field_mul(p->x, p->x, u);
    field_mul(q->x, q->x, t);
    field_mul(p->y, p->y, q->z);
    field_mul(p->y, p->y, u);
    field_mul(q->y, q->y, p->z);
    field_mul(q->y, q->y, t);
    field_mul(p->z, p->z, q->z);
    field_sub(q->x, q->x, p->x);
    field_sub(q->y, q->y, p->y);
    field_mul(p->z, p->z, q->x);
    field_square(t, q->x);
    field_mul(u, t, q->x);
    field_mul(t, t, p->x);
    field_square(p->x, q->y);
    field_sub(p->x, p->x, u);
    field_sub(p->x, p->x, t);
    field_sub(p->x, p->x, t);
    field_sub(t, t, p->x);
    field_mul(t, t, q->y);
    field_mul(u, u, p->y);
    field_sub(p->y, t, u);
}

/* Projective, p = p + q for any two: algorithm 4 of the paper, in its order. */
struct sums {
    field t[5], x, y, z;
};

static void add_any(struct point *p, const struct point *q, struct sums *sums)
{
    uint32_t *const t0 = sums->t[0], *const t1 = sums->t[1], *const t2 = sums->t[2], *const t3 = sums->t[3], *const t4 = sums->t[4];
    uint32_t *const x3 = sums->x, *const y3 = sums->y, *const z3 = sums->z;
    field_mul(t0, p->x, q->x);
    field_mul(t1, p->y, q->y);
    field_mul(t2, p->z, q->z);
    field_add(t3, p->x, p->y);
    field_add(t4, q->x, q->y);
    field_mul(t3, t3, t4);
    field_add(t4, t0, t1);
    field_sub(t3, t3, t4);
    field_add(t4, p->y, p->z);
    field_add(x3, q->y, q->z);
    field_mul(t4, t4, x3);
    field_add(x3, t1, t2);
    field_sub(t4, t4, x3);
    field_add(x3, p->x, p->z);
    field_add(y3, q->x, q->z);
    field_mul(x3, x3, y3);
    field_add(y3, t0, t2);
    field_sub(y3, x3, y3);
    field_constant(p->x, p256_b_mont);
    field_mul(z3, p->x, t2);
    field_sub(x3, y3, z3);
    twice(z3, x3);
    field_add(x3, x3, z3);
    field_sub(z3, t1, x3);
    field_add(x3, t1, x3);
    field_mul(y3, p->x, y3);
    twice(t1, t2);
    field_add(t2, t1, t2);
    field_sub(y3, y3, t2);
    field_sub(y3, y3, t0);
    twice(t1, y3);
    field_add(y3, t1, y3);
    twice(t1, t0);
    field_add(t0, t1, t0);
    field_sub(t0, t0, t2);
    field_mul(t1, t4, y3);
    field_mul(t2, t0, y3);
    field_mul(y3, x3, z3);
    field_add(p->y, y3, t2);
    field_mul(x3, t3, x3);
    field_sub(p->x, x3, t1);
    field_mul(z3, t4, z3);
    field_mul(t1, t3, t0);
    field_add(p->z, z3, t1);
}

/* R mod p */
static void one(field out)
{
    field_constant(out, p256_p.rr);
    field_leave(out, out);
}

/* From Jacobian coordinates to projective ones. */
static void make_projective(struct point *p, field square)
{
    field_square(square, p->z);
    field_mul(p->x, p->x, p->z);
    field_mul(p->z, p->z, square);
}

/* out = digit times the point, for an odd digit: 2 index + 1 - 2^window, that is. Reads every entry. */
static void pick(struct point *out, const struct point table[TABLE], uint32_t index)
{
    const uint32_t negative = 1 ^ (index >> (P256_WINDOW - 1));
    const uint32_t at = (index ^ (0 - negative)) & (TABLE - 1);
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < TABLE; i++) {
        uint32_t mask = 0 - (((i ^ at) - 1) >> 31);
        for (int w = 0; w < WORDS; w++) {
            out->x[w] |= table[i].x[w] & mask;
            out->y[w] |= table[i].y[w] & mask;
            out->z[w] |= table[i].z[w] & mask;
        }
    }
    field_negate(out->y, negative);
}

/* P256_WINDOW bits of a number from bit `at` on; what is beyond its end reads as zero. */
static uint32_t bits_at(const uint32_t k[SCALAR_WORDS], unsigned at)
{
    const unsigned word = at / 32, shift = at % 32;
    uint32_t bits = k[word] >> shift;
    if (shift > 32 - P256_WINDOW && word + 1 < SCALAR_WORDS) {
        bits |= k[word + 1] << (32 - shift);
    }
    return bits & ((1 << P256_WINDOW) - 1);
}

/* k = exponent, or q - exponent where that is even; returns which, for the sign of the result. */
static uint32_t make_odd(uint32_t k[SCALAR_WORDS], const uint32_t exponent[SCALAR_WORDS])
{
    const uint32_t even = 1 ^ (exponent[0] & 1);
    const uint32_t mask = 0 - even;
    uint32_t order[SCALAR_WORDS];
    flash_copy(order, p256_q.n, sizeof order);
    words_subtract(order, order, exponent, SCALAR_WORDS);
    for (int i = 0; i < SCALAR_WORDS; i++) {
        k[i] = exponent[i] ^ ((exponent[i] ^ order[i]) & mask);
    }
    wipe(order, sizeof order);
    return even;
}

/* What a multiplication works on: much for a small board, which puts it where the line was. */
struct work {
    struct point p, addend;
    union {
        struct {
            struct point table[TABLE];
            uint32_t k[SCALAR_WORDS];
            struct spare spare;
        };
        struct sums sums; /* of the last addition, for which those are no longer needed */
        struct field_scratch scratch; /* of the inversion after it */
    };
};

/* p = exponent times p, projective. */
static void multiply(struct work *work, const uint32_t exponent[SCALAR_WORDS])
{
    struct point *const p = &work->p, *const addend = &work->addend, *const table = work->table;
    const uint32_t negative = make_odd(work->k, exponent);
    table[0] = *p;
    double_point(p, &work->spare);
    for (int i = 1; i < TABLE; i++) {
        table[i] = table[i - 1];
        *addend = *p;
        add_different(&table[i], addend, &work->spare);
    }
    /* The highest digit is positive: the bits from its place on, with the lowest one set. */
    pick(p, table, bits_at(work->k, P256_WINDOW * (DIGITS - 1)) >> 1 | TABLE);
    for (int digit = DIGITS - 2; digit >= 0; digit--) {
        for (int i = 0; i < P256_WINDOW; i++) {
            double_point(p, &work->spare);
        }
        pick(addend, table, bits_at(work->k, (unsigned)(P256_WINDOW * digit + 1)));
        if (digit > 0) {
            add_different(p, addend, &work->spare);
        }
    }
    make_projective(p, work->spare.t);
    make_projective(addend, work->spare.t);
    add_any(p, addend, &work->sums);
    field_negate(p->y, negative);
}

struct check {
    field x, y, left, right;
};

/* Uncompressed, both coordinates below p, on the curve. */
static int acceptable(const uint8_t element[BYTES])
{
    WORKSPACE(struct check, check);
    uint32_t *const x = check->x, *const y = check->y, *const left = check->left, *const right = check->right;
    field_constant(right, p256_p.n);
    words_read(x, element + 1, WORDS);
    words_read(y, element + 33, WORDS);
    uint32_t good = words_less(x, right, WORDS) & words_less(y, right, WORDS);
    good &= (((uint32_t)element[0] ^ 0x04) - 1) >> 31;
    /* Numbers of p and more only make a wrong point of what is refused already. */
    field_constant(left, p256_p.rr);
    field_mul(x, x, left);
    field_mul(y, y, left);
    field_square(y, y);
    field_square(right, x);
    field_mul(right, right, x);
    twice(left, x);
    field_add(left, left, x);
    field_sub(right, right, left);
    field_constant(left, p256_b_mont);
    field_add(right, right, left);
    field_sub(y, y, right);
    good &= words_zero(y, WORDS);
    wipe(check, sizeof *check);
    return (int)ct_verdict(good);
}

static void read_point(struct point *p, const uint8_t element[BYTES])
{
    words_read(p->x, element + 1, WORDS);
    words_read(p->y, element + 33, WORDS);
    field_constant(p->z, p256_p.rr);
    field_mul(p->x, p->x, p->z);
    field_mul(p->y, p->y, p->z);
    field_leave(p->z, p->z); /* 1 */
}

/* From projective coordinates to affine ones and bytes; the identity becomes zeros and -1. Wipes p. */
static int finish(uint8_t out[BYTES], struct point *p, struct field_scratch *scratch)
{
    uint32_t identity = ct_verdict(words_zero(p->z, WORDS));
    field_inverse(p->z, p->z, scratch);
    field_mul(p->x, p->x, p->z);
    field_mul(p->y, p->y, p->z);
    field_leave(p->x, p->x);
    field_leave(p->y, p->y);
    out[0] = 0x04;
    words_write(out + 1, p->x, WORDS);
    words_write(out + 33, p->y, WORDS);
    wipe(p, sizeof *p);
    if (identity) {
        memset(out, 0, BYTES);
        return -1;
    }
    return 0;
}

static int power(uint8_t out[BYTES], const uint8_t *base, const uint32_t exponent[SCALAR_WORDS])
{
    WORKSPACE(struct work, work);
    if (base != NULL) {
        read_point(&work->p, base);
    } else {
        field_constant(work->p.x, p256_x_mont);
        field_constant(work->p.y, p256_y_mont);
        one(work->p.z);
    }
    multiply(work, exponent);
    int result = finish(out, &work->p, &work->scratch);
    wipe(work, sizeof *work);
    return result;
}

static int product(uint8_t out[BYTES], const uint8_t *a, const uint8_t *b)
{
    struct point left, right;
    union {
        struct sums sums;
        struct field_scratch scratch;
    } work;
    read_point(&left, a);
    read_point(&right, b);
    add_any(&left, &right, &work.sums);
    wipe(&right, sizeof right);
    int result = finish(out, &left, &work.scratch);
    wipe(&work, sizeof work);
    return result;
}

static const FLASH char name[] = "p256", method[] = "P256";

const struct group group_p256 = {name, method, BYTES, &p256_q, acceptable, power, product};
