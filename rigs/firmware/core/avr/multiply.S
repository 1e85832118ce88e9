; Rows of long multiplication, and additions, for an 8-bit core. montgomery.c declares them (avr_arithmetic.h).
; No branch depends on a value but on a length; MUL, LPM and LD take a constant time.
;
; Calling convention of avr-gcc: arguments in r25:r24, r23:r22, r21:r20, ... (a 32-bit one in r21:r18 etc.); r18..r27, r30, r31 and r0 may
; be lost, r1 is zero, the rest is kept.

#define zero r2

; One byte of a times the four of the digit (r18..r21), added to w0..w3 and w4, which is new. a: the byte's register.
.macro times a, w0, w1, w2, w3, w4
    clr \w4
    mul \a, r18
    movw r22, r0
    mul \a, r20
    add \w0, r22
    adc \w1, r23
    adc \w2, r0
    adc \w3, r1
    adc \w4, zero
    mul \a, r19
    movw r22, r0
    mul \a, r21
    add \w1, r22
    adc \w2, r23
    adc \w3, r0
    adc \w4, r1
.endm

; t[0..words) += a[0..words) * digit; returns the carry word.
; r25:r24 t, r23:r22 a (in flash for the second), r21:r18 digit, r16 words. Carry in r4..r7, the sum in r8..r15.
.macro row name, load
.global \name
.section .text.\name, "ax", @progbits
\name:
    push r2
    push r3
    push r4
    push r5
    push r6
    push r7
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    push r28
    push r29
    movw r28, r24       ; Y: t
    \load\()_start
    mov r3, r16
    clr zero
    clr r4
    clr r5
    movw r6, r4
1:
    movw r8, r4
    movw r10, r6
    ; a carry word and the product of two are below 2^64, and after k bytes of a below 2^(32+8k): no sum below overflows
    \load r24
    times r24, r8, r9, r10, r11, r12
    \load r24
    times r24, r9, r10, r11, r12, r13
    \load r24
    times r24, r10, r11, r12, r13, r14
    \load r24
    times r24, r11, r12, r13, r14, r15
    ld r22, Y
    ldd r23, Y+1
    ldd r0, Y+2
    ldd r1, Y+3
    add r8, r22
    adc r9, r23
    adc r10, r0
    adc r11, r1
    adc r12, zero
    adc r13, zero
    adc r14, zero
    adc r15, zero
    st Y+, r8
    st Y+, r9
    st Y+, r10
    st Y+, r11
    movw r4, r12
    movw r6, r14
    dec r3
    breq 2f
    rjmp 1b
2:
    movw r22, r4        ; a 32-bit result is in r25:r22
    movw r24, r6
    clr r1
    pop r29
    pop r28
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop r7
    pop r6
    pop r5
    pop r4
    pop r3
    pop r2
    ret
.endm

.macro from_ram_start
    movw r26, r22
.endm
.macro from_ram to
    ld \to, X+
.endm
.macro from_flash_start
    movw r30, r22
.endm
.macro from_flash to
    lpm \to, Z+
.endm

row avr_row, from_ram
row avr_row_flash, from_flash

; out = a + b, out = a - b of 4 * words bytes; returns carry or borrow.
; r25:r24 out, r23:r22 a, r21:r20 b, r18 words
.macro chain name, op
.global \name
.section .text.\name, "ax", @progbits
\name:
    push r28
    push r29
    movw r26, r24       ; X: out
    movw r30, r22       ; Z: a
    movw r28, r20       ; Y: b
    clc
1:
    .rept 4
    ld r0, Z+
    ld r19, Y+
    \op r0, r19
    st X+, r0
    .endr
    dec r18             ; leaves the carry alone
    brne 1b
    clr r24
    adc r24, r24
    clr r25
    pop r29
    pop r28
    ret
.endm

chain avr_add, adc
chain avr_sub, sbc

; out += n & mask, out -= n & mask, n in flash; returns carry or borrow.
; r25:r24 out, r23:r22 n, r20 mask, r18 words
.macro masked name, op
.global \name
.section .text.\name, "ax", @progbits
\name:
    movw r26, r24
    movw r30, r22
    clc
1:
    .rept 4
    ld r0, X
    lpm r19, Z+
    and r19, r20
    \op r0, r19
    st X+, r0
    .endr
    dec r18
    brne 1b
    clr r24
    adc r24, r24
    clr r25
    ret
.endm

masked avr_add_masked, adc
masked avr_sub_masked, sbc
