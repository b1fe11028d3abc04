/* TestU01's batteries on words from standard input: `testu01 SmallCrush|Crush|BigCrush words|reversed`.
 *
 * Prints each p-value and a verdict; exits with 1 if a test fails at a family-wise alpha of 1e-3, 2 if it could not be run.
 * `reversed` turns every word round, lowest bit first: the batteries look at the upper bits most.
 * Source: L'Ecuyer & Simard, TestU01: a C library for empirical testing of random number generators, ACM Trans. Math.
 * Softw. 33 (2007), article 22. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <testu01/bbattery.h>
#include <testu01/swrite.h>
#include <testu01/unif01.h>

#define FAMILY_WISE_ALPHA 1e-3
#define BUFFER (1 << 16)

static uint32_t buffer[BUFFER];
static size_t held, next;
static unsigned long long taken;
static int reversed;

static uint32_t turned_round(uint32_t word) {
    word = word >> 1 & 0x55555555u | (word & 0x55555555u) << 1;
    word = word >> 2 & 0x33333333u | (word & 0x33333333u) << 2;
    word = word >> 4 & 0x0f0f0f0fu | (word & 0x0f0f0f0fu) << 4;
    return __builtin_bswap32(word);
}

static unsigned int next_word(void) {
    if (next == held) {
        held = fread(buffer, sizeof buffer[0], BUFFER, stdin);
        next = 0;
        if (held == 0) {
            fprintf(stderr, "testu01: standard input ended after %llu words\n", taken);
            exit(2);
        }
    }
    taken++;
    uint32_t word = buffer[next++];
    return reversed ? turned_round(word) : word;
}

int main(int count, char **arguments) {
    if (count != 3 || (strcmp(arguments[2], "words") && strcmp(arguments[2], "reversed"))) {
        fprintf(stderr, "usage: testu01 SmallCrush|Crush|BigCrush words|reversed < words\n");
        return 2;
    }
    reversed = !strcmp(arguments[2], "reversed");
    swrite_Basic = FALSE;
    unif01_Gen *words = unif01_CreateExternGenBits("words", next_word);
    /* The library writes a report of its own to standard output; the lines below follow it. */
    if (!strcmp(arguments[1], "SmallCrush"))
        bbattery_SmallCrush(words);
    else if (!strcmp(arguments[1], "Crush"))
        bbattery_Crush(words);
    else if (!strcmp(arguments[1], "BigCrush"))
        bbattery_BigCrush(words);
    else
        return 2;
    unif01_DeleteExternGenBits(words);

    int suspect = 0, failed = 0;
    double limit = FAMILY_WISE_ALPHA / (2.0 * bbattery_NTests);
    for (int i = 0; i < bbattery_NTests; i++) {
        double p = bbattery_pVal[i], side = p < 0.5 ? p : 1.0 - p;
        suspect += side < 1e-3;
        failed += side < limit;
        printf("p %-28s %.6g%s\n", bbattery_TestNames[i], p, side < limit ? "  FAILED" : side < 1e-3 ? "  suspect" : "");
    }
    printf("%s %s: %d p-values of %llu words, %d beyond 1e-3 (%.2f expected), %d beyond %.2g on a side "
           "(family-wise alpha 1e-3): %s\n",
           arguments[1], arguments[2], bbattery_NTests, taken, suspect, 2e-3 * bbattery_NTests, failed, limit,
           failed ? "FAILED" : "passed");
    return failed != 0;
}
