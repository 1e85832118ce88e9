/* The bench protocol: bytes in, lines out. PROTOCOL.md is the contract.
 *
 *   bench_start  puts a board into its first state
 *   bench_byte   takes one byte of the serial line; answers with hal_send when it ends a line
 */
#ifndef BENCH_H
#define BENCH_H

#include "board_state.h"

void bench_start(struct board_state *board);
void bench_byte(struct board_state *board, uint8_t byte);

#endif
