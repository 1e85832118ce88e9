#include "bench.h"

#include <string.h>

#include "counts.h"
#include "crc16.h"
#include "ct.h"
#include "hal.h"
#include "stack.h"
#include "verbs.h"
#include "wipe.h"
#include "workspace.h"

#define SEQ_LIMIT 65535

#ifdef SHARED_WORKSPACE
void *workspace;

/* A refusal may lie where the line was; the reply to a line that is served without checksum takes the place of the kept one. */
static struct reply *refusal(struct board_state *board)
{
    return (struct reply *)board->line;
}

static struct reply *unkept(struct board_state *board)
{
    board->last_seq = 0;
    return &board->last;
}
#else
static struct reply *refusal(struct board_state *board)
{
    return &board->scratch;
}

static struct reply *unkept(struct board_state *board)
{
    return &board->scratch;
}
#endif

struct frame {
    uint32_t seq; /* 0: none readable */
    uint16_t crc;
    int has_crc;
    char *body; /* after the SEQ */
};

/* Not inlined: what it has on the stack would lie under everything that runs later. */
__attribute__((noinline)) void bench_start(struct board_state *board)
{
#ifndef WITHOUT_STACK
    stack_paint();
#endif
    memset(board, 0, sizeof *board);
    memset(&counts, 0, sizeof counts);
#ifdef SHARED_WORKSPACE
    workspace = board->line;
#endif
    hal_describe(&board->info);
    uint8_t noise[48];
    size_t length = hal_entropy(noise, sizeof noise);
    board->info.has_rng = length == sizeof noise; /* one that fails is none */
    if (board->info.has_rng) {
        ct_secret(noise, length);
        drbg_seed(&board->drbg, noise, length);
    }
    wipe(noise, sizeof noise);
}

/* Ends a reply with its CRC. The line end is not part of what is kept. */
static void seal_reply(struct reply *reply)
{
    uint16_t crc = crc16(reply->text, reply->length);
    uint8_t bytes[2] = {(uint8_t)(crc >> 8), (uint8_t)crc};
    reply_text(reply, " *");
    reply_hex(reply, bytes, sizeof bytes);
}

static void send_reply(const struct reply *reply)
{
    hal_send((const uint8_t *)reply->text, reply->length);
    hal_send((const uint8_t *)"\r\n", 2);
}

static void refuse(struct reply *reply, uint32_t seq, enum verdict verdict, flash_text words)
{
    reply_clear(reply);
    reply_number(reply, seq);
    reply_text(reply, " ERR ");
    reply_words(reply, verbs_code(verdict));
    reply_text(reply, " ");
    reply_words(reply, words);
    seal_reply(reply);
}

/* Refuses without keeping the reply for repetition. */
static void refuse_unkept(struct board_state *board, uint32_t seq, enum verdict verdict, flash_text words)
{
    refuse(refusal(board), seq, verdict, words);
    send_reply(refusal(board));
}

static uint32_t read_seq(char *line, char **rest)
{
    char *end = line;
    uint32_t seq = 0;
    while (*end >= '0' && *end <= '9') {
        end++;
    }
    *rest = line;
    if (end == line || *end != ' ') {
        return 0;
    }
    *end = '\0';
    int good = line_number(&seq, line, SEQ_LIMIT) == 0 && seq != 0;
    *end = ' ';
    if (!good) {
        return 0;
    }
    *rest = end + 1;
    return seq;
}

/* Splits off the SEQ and the CRC. Returns 0, -1 where a CRC is there but wrong. */
static int read_frame(struct frame *frame, char *line, size_t length)
{
    uint8_t crc[2];
    memset(frame, 0, sizeof *frame);
    frame->seq = read_seq(line, &frame->body);
    if (length >= 6 && line[length - 6] == ' ' && line[length - 5] == '*') {
        frame->has_crc = 1;
        if (line_hex(crc, sizeof crc, line + length - 4) != 2) {
            return -1;
        }
        frame->crc = (uint16_t)(crc[0] << 8 | crc[1]);
        if (frame->crc != crc16(line, length - 6)) {
            return -1;
        }
        line[length - 6] = '\0';
    }
    return 0;
}

static void run(struct board_state *board, struct reply *reply, const struct frame *frame)
{
    struct request request;
    struct outcome outcome = {reply, NULL, 0};
    reply_clear(reply);
    if (word_is(frame->body, "DEBUG on") || word_is(frame->body, "DEBUG off")) {
        board->debug = word_is(frame->body, "DEBUG on");
        reply_number(reply, frame->seq);
        reply_text(reply, " OK t=0");
        seal_reply(reply);
        return;
    }
    if (line_split(&request, frame->body) != 0) {
        refuse(reply, frame->seq, ERR_FORMAT, REASON("expected SEQ VERB key=value ... *CRC, each separated by one space"));
        return;
    }
    reply_number(reply, frame->seq);
    reply_text(reply, " OK");
    enum verdict verdict = verbs_run(board, &request, &outcome);
    if (verdict != DONE) {
        refuse(reply, frame->seq, verdict, outcome.words);
        return;
    }
    reply_text(reply, " t=");
    reply_number(reply, outcome.ticks);
    seal_reply(reply);
}

static void serve(struct board_state *board, char *line, size_t length)
{
    struct frame frame;
    if (word_is(line, "DEBUG on")) {
        frame = (struct frame){.body = line};
        struct reply *reply = unkept(board);
        run(board, reply, &frame);
        send_reply(reply);
        return;
    }
    if (strlen(line) != length) {
        refuse_unkept(board, 0, ERR_FORMAT, REASON("a NUL in the line"));
        return;
    }
    if (read_frame(&frame, line, length) != 0) {
        refuse_unkept(board, frame.seq, ERR_CRC, REASON("checksum does not fit the line; send it again"));
        return;
    }
    if (!frame.has_crc) {
        if (!board->debug) {
            refuse_unkept(board, frame.seq, ERR_CRC, REASON("no checksum; end the line with ' *CRC' or send 'DEBUG on'"));
            return;
        }
        struct reply *reply = unkept(board);
        run(board, reply, &frame);
        send_reply(reply);
        return;
    }
    if (frame.seq == 0) {
        refuse_unkept(board, 0, ERR_FORMAT, REASON("SEQ is 1..65535 without leading zero"));
        return;
    }
    if (frame.seq == board->last_seq) {
        if (frame.crc != board->last_crc) {
            refuse_unkept(board, frame.seq, ERR_SEQ, REASON("this SEQ was used with another line; count up"));
        } else {
            send_reply(&board->last);
        }
        return;
    }
    /* Noted before the verb runs: RESET must not forget it. */
    board->last_seq = frame.seq;
    board->last_crc = frame.crc;
    run(board, &board->last, &frame);
    send_reply(&board->last);
}

void bench_byte(struct board_state *board, uint8_t byte)
{
    if (byte != '\r' && byte != '\n') {
        if (board->line_length < LINE_LIMIT) {
            board->line[board->line_length++] = (char)byte;
        } else {
            board->overlong = 1;
        }
        return;
    }
    size_t length = board->line_length;
    board->line[length] = '\0';
    if (board->overlong) {
        char *rest;
        refuse_unkept(board, read_seq(board->line, &rest), ERR_LENGTH, REASON("line longer than the line= of ID"));
    } else if (length > 0) {
        serve(board, board->line, length);
    }
    /* It may have held a password. */
    wipe(board->line, board->line_length);
    board->line_length = 0;
    board->overlong = 0;
}
