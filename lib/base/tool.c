#include "base/tool.h"
#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

volatile sig_atomic_t hc_stop_signal;

enum hc_status hc_stopped(struct hc_err *err) {
    int number = __atomic_load_n(&hc_stop_signal, __ATOMIC_RELAXED); /* from any thread */
    if (number == 0)
        return HC_OK;
    if (number == SIGINT)
        return hc_fail(err, HC_ESIGINT, "interrupted");
    return hc_fail(err, HC_ESIGTERM, "told to stop");
}

static void note_signal(int number) {
    __atomic_store_n(&hc_stop_signal, number, __ATOMIC_RELAXED);
}

static unsigned caller_umask = 022; /* set once, before anything runs */

unsigned hc_caller_umask(void) {
    return caller_umask;
}

static void prepare_process(void) {
    /* A closed descriptor 0, 1 or 2 would be given to the next file that is opened. */
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) < 0)
            _exit(71);
    caller_umask = umask(077);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    /* No SA_RESTART: a read that waits for a pipe must come back. A signal ignored by our
     * caller (nohup, a shell's background job) stays ignored. */
    struct sigaction action = {.sa_handler = note_signal}, old;
    sigemptyset(&action.sa_mask);
    static const int stops[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        if (sigaction(stops[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stops[i], &action, NULL);
}

typedef void hc_opt_printer(FILE *out, const struct hc_cmd *cmd);

/* --help=man and --help=bash are for the build and the shell, so not in the table. */
static hc_opt_printer *special_help(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help=man") == 0)
            return hc_opt_man;
        if (strcmp(argv[i], "--help=bash") == 0)
            return hc_opt_completion;
    }
    return NULL;
}

static enum hc_status print(const struct hc_cmd *cmd, const struct hc_common *common,
                            hc_opt_printer *printer, struct hc_err *err) {
    struct hc_buf more = {0};
    if (!printer && common->built_with)
        common->built_with(&more);
    if (printer)
        printer(stdout, cmd);
    else
        printf("%s %s%s\n", cmd->name, HC_VERSION, hc_buf_text(&more));
    hc_buf_free(&more);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return HC_OK;
    if (errno == EPIPE)
        return hc_fail(err, HC_EPIPE, "the reader went away");
    return hc_fail_errno(err, HC_EIO, errno, "cannot write");
}

static enum hc_status check_common(const struct hc_common *common, struct hc_err *err) {
    if (strcmp(common->log_format, "text") != 0 && strcmp(common->log_format, "json") != 0)
        return hc_fail(err, HC_EUSAGE, "--log-format: expected text or json, found '%s'",
                       common->log_format);
    if (common->dry_run && strcmp(common->dry_run, "json") != 0)
        return hc_fail(err, HC_EUSAGE, "--dry-run: expected json, found '%s'",
                       common->dry_run);
    if (common->memory_bytes < (1u << 20))
        return hc_fail(err, HC_EUSAGE, "--memory: expected at least 1M");
    if (!common->temp_dir || common->dry_run)
        return HC_OK;
    struct stat info;
    enum hc_status status = HC_OK;
    if (stat(common->temp_dir, &info) < 0)
        status = hc_fail_errno(err, errno == EACCES ? HC_EPERM : HC_ENOINPUT, errno,
                               "cannot use the folder for temporary files");
    else if (!S_ISDIR(info.st_mode))
        status = hc_fail(err, HC_ENOINPUT, "--temp-dir: this is no folder");
    else if (access(common->temp_dir, W_OK | X_OK) < 0)
        status = hc_fail_errno(err, HC_EPERM, errno, "cannot write temporary files");
    hc_err_at_file(err, common->temp_dir);
    return status;
}

int hc_tool_main(const struct hc_cmd *cmd, int argc, char **argv, void *config,
                 size_t common_offset, hc_tool_run *run) {
    struct hc_common *common = (void *)((char *)config + common_offset);
    struct hc_log log = {.out = stderr, .tool = cmd->name};
    struct hc_err err = {0};
    int first = argc;
    prepare_process();
    if (!common->log_format)
        common->log_format = "text";
    if (common->memory_bytes == 0)
        common->memory_bytes = 256u << 20;
    hc_opt_printer *printer = special_help(argc, argv);
    enum hc_status status = HC_OK;
    if (!printer)
        status = hc_opt_parse(cmd, argc, argv, config, &first, &err);
    if (status == HC_OK && common->help && !printer)
        printer = hc_opt_help;
    if (status == HC_OK && !printer && !common->version)
        status = check_common(common, &err);
    log.json = strcmp(common->log_format, "json") == 0;
    log.quiet = common->quiet;
    log.verbose = common->verbose;
    if (status == HC_OK && (printer || common->version))
        status = print(cmd, common, printer, &err);
    else if (status == HC_OK)
        status = run(config, argc - first, argv + first, &log, &err);
    hc_opt_free(cmd, config);
    if (hc_exit_code(status) != 0 && status != HC_REJECTS) {
        err.status = status;
        hc_log_err(&log, &err);
    }
    return hc_exit_code(status);
}
