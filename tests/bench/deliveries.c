/* Invent gzip files of claim lines for the bench: nobody in them is real.
 *
 *   deliveries wide FOLDER FILES ROWS     60 columns by position, pipes, no quotes
 *   deliveries quoted FOLDER FILES ROWS   30 columns by name, commas, texts in quotes
 *
 * The same arguments give the same bytes. About as many columns are filled, and as few of
 * their values repeat, as in what payers send: a file shrinks to about a sixth.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct file {
    gzFile gz;
    uint64_t random;
    bool quoted, begun;
};

static uint32_t below(struct file *f, uint32_t limit) {
    f->random = f->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((f->random >> 32) * limit >> 32);
}

/* The next column; a text stands in quotes where the file has them. */
static void put(struct file *f, bool text, const char *format, ...) {
    char value[128];
    va_list args;
    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    const char *quote = f->quoted && text ? "\"" : "";
    gzprintf(f->gz, "%s%s%s%s",
             !f->begun   ? ""
             : f->quoted ? ","
                         : "|",
             quote, value, quote);
    f->begun = true;
}

static void put_date(struct file *f, unsigned month, unsigned day) {
    put(f, true, f->quoted ? "%u-%02u-%02u" : "%u%02u%02u", 2019 + month / 12,
        month % 12 + 1, day);
}

static void put_amount(struct file *f, uint32_t cents) {
    put(f, false, "%u.%02u", cents / 100, cents % 100);
}

static void put_diagnosis(struct file *f) {
    static const char letter[] = "EIJKMNRSZF";
    put(f, true, "%c%02u%u", letter[below(f, 10)], below(f, 30), below(f, 10));
}

static void end_row(struct file *f) {
    gzputc(f->gz, '\n');
    f->begun = false;
}

struct claim {
    uint32_t number, line, member, month, day, charge, type;
};

/* Lines of one claim share what belongs to the claim. */
static void next_line(struct file *f, struct claim *c, unsigned month) {
    if (c->line && below(f, 3)) {
        c->line++;
    } else {
        c->number += 1 + below(f, 5);
        c->line = 1;
        c->member = below(f, 40000);
        c->month = month;
        c->day = 1 + below(f, 28);
        c->type = below(f, 4);
    }
    c->charge = 500 + below(f, 40000);
}

static void put_wide(struct file *f, const struct claim *c) {
    put(f, true, "INV01"), put(f, true, "INVENTED");
    put(f, true, "W%02u%09u", c->month, c->number);
    put(f, false, "%u", c->line), put(f, false, "%u", below(f, 20) == 0);
    put(f, true, "%c", below(f, 30) ? 'O' : 'V');
    put(f, true, "%c", c->type ? 'P' : 'I');
    put(f, true, "M%08u", 10000000 + c->member * 7);
    put(f, true, "%02u", c->member % 3), put(f, true, "%c", "FM"[c->member & 1]);
    put(f, true, "%u%02u%02u", 1940 + c->member % 70, 1 + c->member % 12,
        1 + c->member % 28);
    put(f, true, "05%03u", c->member % 400), put(f, true, "VT"), put(f, true, "HMO");
    put(f, true, "G%04u", c->member % 300);
    put_date(f, c->month, c->day), put_date(f, c->month, c->day);
    put_date(f, c->month + 1, 1 + c->number % 28), put_date(f, c->month + 1, 5);
    put(f, true, "%u", c->type ? 11 : 22), put(f, true, c->type ? "" : "0131");
    put(f, true, c->type ? "" : "0%03u", 250 + below(f, 30) * 10);
    put(f, true, "%05u", 99201 + below(f, 120) * 7 % 800);
    put(f, true, below(f, 4) ? "" : "25"), put(f, true, ""), put(f, true, "");
    put(f, true, ""), put(f, true, "0");
    for (int i = 0; i < 3; i++)
        put_diagnosis(f);
    for (int i = 0; i < 7; i++)
        put(f, true, "");
    put(f, true, "1%09u", 900000000 + c->number % 700);
    put(f, true, "1%09u", 800000000 + c->member % 900);
    put(f, true, ""), put(f, true, "207Q00000X"), put(f, true, "03%07u", c->number % 700);
    put(f, true, ""), put(f, true, ""), put(f, false, "%u", 1 + below(f, 3));
    put(f, true, "UN"), put_amount(f, c->charge), put_amount(f, c->charge * 7 / 10);
    put_amount(f, c->charge * 6 / 10), put_amount(f, below(f, 4) ? 0 : 1500);
    put_amount(f, c->charge / 20), put_amount(f, 0), put_amount(f, 0);
    put_amount(f, c->charge / 10);
    put(f, true, "N"), put(f, true, ""), put(f, true, "Y"), put(f, true, "");
    put(f, true, "MC");
}

static const char *const names[] = {
    "submitter",       "claim_id",     "line",          "version",      "void",
    "denied",          "claim_type",   "member_id",     "last_name",    "first_name",
    "street",          "city",         "zip",           "sex",          "birth_date",
    "service_from",    "service_thru", "paid_date",     "place",        "procedure_code",
    "diagnosis",       "diagnosis_2",  "diagnosis_doc", "provider_npi", "provider_name",
    "provider_street", "charge",       "allowed",       "paid",         "copay"};

static void put_quoted(struct file *f, const struct claim *c) {
    put(f, true, "Invented, Inc."), put(f, true, "Q%02u%09u", c->month, c->number);
    put(f, false, "%u", c->line), put(f, false, "%u", below(f, 20) == 0);
    put(f, true, "%c", below(f, 30) ? 'N' : 'Y'), put(f, true, "N");
    put(f, true, "%c", c->type ? 'P' : 'I');
    put(f, true, "M%08u", 10000000 + c->member * 7);
    put(f, true, "ZQNAME%03u", c->member % 700);
    put(f, true, c->member % 200 ? "ZQ%03u" : "ZQ \"\"%03u\"\"", c->member % 300);
    put(f, true, "%u Invented Street, Apt %u", c->member % 900, c->member % 20);
    put(f, true, "Zqtown"), put(f, true, "05%03u", c->member % 400);
    put(f, true, "%c", "FM"[c->member & 1]);
    put(f, true, "%u-%02u-%02u", 1940 + c->member % 70, 1 + c->member % 12,
        1 + c->member % 28);
    put_date(f, c->month, c->day), put_date(f, c->month, c->day);
    put_date(f, c->month + 1, 1 + c->number % 28);
    put(f, true, "%u", c->type ? 11 : 22);
    put(f, true, "%05u", 99201 + below(f, 120) * 7 % 800);
    put_diagnosis(f), put_diagnosis(f), put(f, true, "Invented disease, unspecified");
    put(f, true, "1%09u", 900000000 + c->number % 700);
    put(f, true, "Zqdoctor %u, MD", c->number % 700);
    put(f, true, "%u Clinic Road", c->number % 700);
    put_amount(f, c->charge), put_amount(f, c->charge * 7 / 10);
    put_amount(f, c->charge * 6 / 10), put_amount(f, below(f, 4) ? 0 : 1500);
}

int main(int argc, char **argv) {
    if (argc != 5 || (strcmp(argv[1], "wide") != 0 && strcmp(argv[1], "quoted") != 0)) {
        fprintf(stderr, "usage: deliveries wide|quoted FOLDER FILES ROWS\n");
        return 64;
    }
    struct file f = {.quoted = strcmp(argv[1], "quoted") == 0};
    unsigned files = (unsigned)atoi(argv[3]);
    for (unsigned n = 0; n < files; n++) {
        char path[4096];
        struct claim claim = {0};
        f.random = n * 1000003u + 17;
        snprintf(path, sizeof path, "%s/%s-%u%02u.gz", argv[2], argv[1], 2019 + n / 12,
                 n % 12 + 1);
        if (!(f.gz = gzopen(path, "wb6")))
            return perror(path), 73;
        if (f.quoted) {
            for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                put(&f, true, "%s", names[i]);
            end_row(&f);
        }
        for (int row = atoi(argv[4]); row > 0; row--) {
            next_line(&f, &claim, n);
            (f.quoted ? put_quoted : put_wide)(&f, &claim);
            end_row(&f);
        }
        if (gzclose(f.gz) != Z_OK)
            return perror(path), 74;
    }
    return 0;
}
