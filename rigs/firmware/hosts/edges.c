/* A TCG plugin for qemu-system-arm: the changes of a trigger pin with the exact count of retired instructions.
 *
 *   -plugin build/edges.so,set=ADDRESS,clear=ADDRESS,out=FILE
 *
 * `set` and `clear` are a GPIO port's registers whose written ones raise and lower pins: the trigger's alone, for a plugin is not told the
 * value that is stored. Each change is appended as "COUNT LEVEL", at once and whole, as hosts/simavr.c does.
 * The count is of instructions begun before the store.
 *
 * Debian's QEMU 7.2 exports the interface without shipping its header, so the few functions used are declared here, after
 * docs/devel/tcg-plugins of QEMU, interface version 1.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define MEMORY_WRITES 2
#define NO_REGISTERS 0
#define ADD_64 0

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t plugin_id;
typedef void on_block(plugin_id id, struct qemu_plugin_tb *block);
typedef void on_store(unsigned processor, uint32_t kind, uint64_t address, void *unused);

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, on_block *called);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
extern void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *instruction, int operation, void *counter, uint64_t immediate);
extern void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction, on_store *called, int flags, int accesses, void *unused);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const void *info, int count, char **words);

static uint64_t instructions, set_register, clear_register;
static int edges = -1, level;

static void stored(unsigned processor, uint32_t kind, uint64_t address, void *unused)
{
    char line[32];
    (void)processor;
    (void)kind;
    (void)unused;
    if (address != set_register && address != clear_register) {
        return;
    }
    int next = address == set_register;
    if (next == level) {
        return; /* written, not changed */
    }
    level = next;
    int length = snprintf(line, sizeof line, "%" PRIu64 " %d\n", instructions, level);
    if (write(edges, line, (size_t)length) != length) {
        perror("edges: the file");
        exit(1);
    }
}

static void translated(plugin_id id, struct qemu_plugin_tb *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD_64, &instructions, 1);
        qemu_plugin_register_vcpu_mem_cb(instruction, stored, NO_REGISTERS, MEMORY_WRITES, NULL);
    }
}

int qemu_plugin_install(plugin_id id, const void *info, int count, char **words)
{
    (void)info;
    for (int i = 0; i < count; i++) {
        if (strncmp(words[i], "set=", 4) == 0) {
            set_register = strtoull(words[i] + 4, NULL, 0);
        } else if (strncmp(words[i], "clear=", 6) == 0) {
            clear_register = strtoull(words[i] + 6, NULL, 0);
        } else if (strncmp(words[i], "out=", 4) == 0) {
            edges = open(words[i] + 4, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        }
    }
    if (set_register == 0 || clear_register == 0 || edges < 0) {
        fprintf(stderr, "edges: set=ADDRESS, clear=ADDRESS and out=FILE are needed, and a FILE that opens\n");
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
