/* NIST P-256, y^2 = x^3 - 3x + b. Projective coordinates with the complete addition of Renes, Costello and Batina
 * (Eurocrypt 2016, algorithm 4): one formula for every pair of points, the identity (0:1:0) and doubling included, so that no
 * scalar meets an exception. */
#include <string.h>

#include "constants.h"
#include "ct.h"
#include "group.h"
#include "wipe.h"

#define WORDS 8
#define BYTES 65
#define WINDOW 4
#define TABLE (1 << WINDOW)

typedef uint32_t field[WORDS];

struct point {
    field x, y, z;
};

static void mul(field out, const field a, const field b)
{
    mont_mul(out, a, b, &p256_p);
}

static void add(field out, const field a, const field b)
{
    mont_add(out, a, b, &p256_p);
}

static void sub(field out, const field a, const field b)
{
    mont_sub(out, a, b, &p256_p);
}

/* out = p + q; out may be either. The order of the steps is the paper's. */
static void add_points(struct point *out, const struct point *p, const struct point *q)
{
    field t0, t1, t2, t3, t4, x3, y3, z3, b;
    flash_copy(b, p256_b_mont, sizeof b);
    mul(t0, p->x, q->x);
    mul(t1, p->y, q->y);
    mul(t2, p->z, q->z);
    add(t3, p->x, p->y);
    add(t4, q->x, q->y);
    mul(t3, t3, t4);
    add(t4, t0, t1);
    sub(t3, t3, t4);
    add(t4, p->y, p->z);
    add(x3, q->y, q->z);
    mul(t4, t4, x3);
    add(x3, t1, t2);
    sub(t4, t4, x3);
    add(x3, p->x, p->z);
    add(y3, q->x, q->z);
    mul(x3, x3, y3);
    add(y3, t0, t2);
    sub(y3, x3, y3);
    mul(z3, b, t2);
    sub(x3, y3, z3);
    add(z3, x3, x3);
    add(x3, x3, z3);
    sub(z3, t1, x3);
    add(x3, t1, x3);
    mul(y3, b, y3);
    add(t1, t2, t2);
    add(t2, t1, t2);
    sub(y3, y3, t2);
    sub(y3, y3, t0);
    add(t1, y3, y3);
    add(y3, t1, y3);
    add(t1, t0, t0);
    add(t0, t1, t0);
    sub(t0, t0, t2);
    mul(t1, t4, y3);
    mul(t2, t0, y3);
    mul(y3, x3, z3);
    add(out->y, y3, t2);
    mul(x3, t3, x3);
    sub(out->x, x3, t1);
    mul(z3, t4, z3);
    mul(t1, t3, t0);
    add(out->z, z3, t1);
}

static void one(field out)
{
    field unit = {1};
    mont_enter(out, unit, &p256_p);
}

/* out = table[digit]; reads every entry. */
static void pick(struct point *out, const struct point table[TABLE], uint32_t digit)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < TABLE; i++) {
        uint32_t mask = 0 - (((i ^ digit) - 1) >> 31);
        for (int w = 0; w < WORDS; w++) {
            out->x[w] |= table[i].x[w] & mask;
            out->y[w] |= table[i].y[w] & mask;
            out->z[w] |= table[i].z[w] & mask;
        }
    }
}

static void multiply(struct point *out, const struct point *base, const uint32_t exponent[SCALAR_WORDS])
{
    struct point table[TABLE], addend;
    memset(&table[0], 0, sizeof table[0]);
    one(table[0].y);
    for (int i = 1; i < TABLE; i++) {
        add_points(&table[i], &table[i - 1], base);
    }
    *out = table[0];
    for (int bit = 32 * SCALAR_WORDS - WINDOW; bit >= 0; bit -= WINDOW) {
        for (int i = 0; i < WINDOW; i++) {
            add_points(out, out, out);
        }
        pick(&addend, table, exponent[bit / 32] >> (bit % 32) & (TABLE - 1));
        add_points(out, out, &addend);
    }
    wipe(table, sizeof table);
    wipe(&addend, sizeof addend);
}

/* Uncompressed, both coordinates below p, on the curve. */
static int acceptable(const uint8_t element[BYTES])
{
    field x, y, left, right, b3, n;
    flash_copy(n, p256_p.n, sizeof n);
    words_read(x, element + 1, WORDS);
    words_read(y, element + 33, WORDS);
    uint32_t good = words_less(x, n, WORDS) & words_less(y, n, WORDS);
    good &= (((uint32_t)element[0] ^ 0x04) - 1) >> 31;
    /* Numbers of p and more only make a wrong point of what is refused already. */
    mont_enter(x, x, &p256_p);
    mont_enter(y, y, &p256_p);
    mul(left, y, y);
    mul(right, x, x);
    mul(right, right, x);
    add(b3, x, x);
    add(b3, b3, x);
    sub(right, right, b3);
    flash_copy(b3, p256_b_mont, sizeof b3);
    add(right, right, b3);
    sub(left, left, right);
    good &= words_zero(left, WORDS);
    wipe(x, sizeof x);
    wipe(y, sizeof y);
    return (int)ct_verdict(good);
}

static void read_point(struct point *p, const uint8_t element[BYTES])
{
    words_read(p->x, element + 1, WORDS);
    words_read(p->y, element + 33, WORDS);
    mont_enter(p->x, p->x, &p256_p);
    mont_enter(p->y, p->y, &p256_p);
    one(p->z);
}

/* Back to affine coordinates and bytes; the identity becomes zeros and -1. Wipes p. */
static int finish(uint8_t out[BYTES], struct point *p)
{
    uint32_t identity = ct_verdict(words_zero(p->z, WORDS));
    mont_inverse(p->z, p->z, &p256_p);
    mul(p->x, p->x, p->z);
    mul(p->y, p->y, p->z);
    mont_leave(p->x, p->x, &p256_p);
    mont_leave(p->y, p->y, &p256_p);
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
    struct point p, result;
    if (base != NULL) {
        read_point(&p, base);
    } else {
        flash_copy(p.x, p256_x_mont, sizeof p.x);
        flash_copy(p.y, p256_y_mont, sizeof p.y);
        one(p.z);
    }
    multiply(&result, &p, exponent);
    wipe(&p, sizeof p);
    return finish(out, &result);
}

static int product(uint8_t out[BYTES], const uint8_t *a, const uint8_t *b)
{
    struct point left, right;
    read_point(&left, a);
    read_point(&right, b);
    add_points(&left, &left, &right);
    wipe(&right, sizeof right);
    return finish(out, &left);
}

static const FLASH char name[] = "p256", method[] = "P256";

const struct group group_p256 = {name, method, BYTES, &p256_q, acceptable, power, product};
