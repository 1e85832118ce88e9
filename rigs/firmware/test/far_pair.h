/* The broker and a partner of a board that runs hardened, in this process: what the board says is carried to the partner, and back.
 *
 *   far_start     the partner, with a hop of its own; the board is logged in by then
 *   to_far        carries a message of the board to the partner; what the partner answers is in far_says
 *   to_board      carries what the partner said to the board, as the line that the board is asked
 *   begin         all of it, up to the login
 *   talk          carries to and fro until nobody has anything to say
 */
#ifndef FAR_PAIR_H
#define FAR_PAIR_H

#include <stdio.h>
#include <string.h>

#include "ct.h"
#include "fake_board.h"

#define BOARD_NAME "61"
#define FAR_NAME "62"
#define PAIR_PASSWORD "706169722070617373776f7264"

static struct pairs far;
static struct augpake_name far_client, board_client;
static struct pair_body far_says;
static struct drbg far_drbg;
static uint64_t to_far_count, to_board_count;

static inline void far_start(enum pair_cipher cipher)
{
    static const uint8_t secret[PAIR_SECRET] = {9}, seed[32] = {7}, sk[32] = {5};
    struct topic topic = {3, {'l', 'a', 'b'}};
    memset(&far, 0, sizeof far);
    far_client = (struct augpake_name){{'b'}, 1};
    board_client = (struct augpake_name){{'a'}, 1};
    drbg_seed(&far_drbg, seed, sizeof seed);
    pairs_tell(&far, cipher, secret, &topic);
    pairs_established(&far, &far_client, sk);
    to_far_count = to_board_count = 0;
}

static inline size_t seal_for(uint8_t *out, const struct pairs *to, uint64_t count, const struct augpake_name *from, const uint8_t *body, size_t length)
{
    struct sealing sealing;
    uint8_t topic[WIRE_TOPIC], nonce[SEALING_NONCE];
    wire_topic(topic, to->hop_name);
    sealing_key(&sealing, to->cipher, to->hop_key[1], topic, WIRE_TOPIC);
    put_u64(out, count);
    out[8] = 0;
    out[9] = (uint8_t)from->length;
    memcpy(out + 10, from->bytes, from->length);
    memcpy(out + 10 + from->length, body, length);
    count_nonce(nonce, count);
    return 8 + sealing_seal(&sealing, out + 8, 2 + from->length + length, nonce);
}

/* Returns what pairs_take says; -1 where the broker cannot open the board's message. */
static inline int to_far(const char *hex)
{
    struct sealing sealing;
    uint8_t message[PAIR_MESSAGE], carried[PAIR_MESSAGE], topic[WIRE_TOPIC], nonce[SEALING_NONCE];
    const struct pairs *board = &fake.board.pairs;
    const int length = line_hex(message, sizeof message, hex);
    wire_topic(topic, board->hop_name);
    sealing_key(&sealing, board->cipher, board->hop_key[0], topic, WIRE_TOPIC);
    count_nonce(nonce, length < 8 ? 0 : get_u64(message));
    const int opened = length < 8 ? -1 : sealing_open(&sealing, message + 8, (size_t)length - 8, nonce);
    if (opened < 3) {
        return -1;
    }
    const size_t size = seal_for(carried, &far, ++to_far_count, &board_client, message + 11, (size_t)opened - 3);
    return (int)pairs_take(&far, &far_drbg, &far_client, carried, size, 1000, &far_says);
}

static inline const char *to_board(void)
{
    static char hex[2 * PAIR_MESSAGE + 1];
    uint8_t message[PAIR_MESSAGE];
    const size_t length = seal_for(message, &fake.board.pairs, ++to_board_count, &far_client, far_says.bytes, far_says.length);
    ct_public(message, length);
    for (size_t i = 0; i < length; i++) {
        snprintf(hex + 2 * i, 3, "%02x", message[i]);
    }
    far_says.length = 0;
    return ask("PAIR op=take now=000003e8 data=%s", hex);
}

#define BOARD_SK "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* The board is logged in as a publisher, or a subscriber, and its partner is there. */
static inline int begin(const char *cipher, int publishes)
{
    enum pair_cipher known = PRESENT128_EAX;
    static uint8_t verifier[PAIR_ELEMENT];
    struct augpake partner;
    const uint8_t password[] = "pair password";
    (void)cipher_by_name(&known, cipher);
    int good = is_ok(ask("PROVISION client=" BOARD_NAME " server=63 group=p256 profile=framed scheme=hardened pw=63"));
    good &= is_ok(ask("PAIR op=set cipher=%s key=%032d topic=6c6162", cipher, 7));
    far_start(known);
    if (publishes) {
        memset(&partner, 0, sizeof partner);
        partner.group = &group_p256;
        partner.profile = augpake_profile_framed();
        partner.client = far_client;
        partner.server = board_client;
        augpake_pair_field(&partner);
        augpake_provision(&partner, password, sizeof password - 1);
        (void)group_power(&group_p256, verifier, NULL, partner.w);
        char hex[2 * PAIR_ELEMENT + 1];
        ct_public(verifier, sizeof verifier);
        for (size_t i = 0; i < sizeof verifier; i++) {
            snprintf(hex + 2 * i, 3, "%02x", verifier[i]);
        }
        good &= is_ok(ask("PAIR op=reader peer=" FAR_NAME " W=%s", hex)) && value("slot")[0] == '0';
        pairs_writer(&far, &far_client, board_client.bytes, board_client.length, password, sizeof password - 1);
    } else {
        good &= is_ok(ask("PAIR op=writer peer=" FAR_NAME " pw=" PAIR_PASSWORD));
        memset(&partner, 0, sizeof partner);
        partner.group = &group_p256;
        partner.profile = augpake_profile_framed();
        partner.client = board_client;
        partner.server = far_client;
        augpake_pair_field(&partner);
        augpake_provision(&partner, password, sizeof password - 1);
        (void)group_power(&group_p256, verifier, NULL, partner.w);
        good &= pairs_reader(&far, board_client.bytes, board_client.length, verifier) == 0;
    }
    return good && is_ok(ask("PAIR op=name j=0000000000000000")) && is_ok(ask("KEY.PUT kind=sk data=" BOARD_SK));
}

/* `reply` is the board's to the operation before. Returns 1 where all was taken. */
static inline int talk(const char *reply)
{
    int good = is_ok(reply);
    for (int i = 0; good && i < 20; i++) {
        char data[2 * PAIR_MESSAGE + 1];
        snprintf(data, sizeof data, "%s", value("data"));
        const int more = value("more")[0] != '0';
        if (data[0] != '\0') {
            good &= to_far(data) == PAIR_OPENED;
        }
        if (far_says.length == 0) {
            pairs_next(&far, &far_says);
        }
        if (far_says.length > 0) {
            good &= is_ok(to_board()) && value("result")[0] == '0';
            continue;
        }
        if (!more) {
            return good;
        }
        good &= is_ok(ask("PAIR op=next"));
    }
    return good;
}

#endif
