/* config.c: the arguments of `cell serve`.
 *
 *   --socket PATH --client-uid N --client-gid N --slots N --spare N --first-slot-uid N
 *   --box-bytes N --box-inodes N [--without LAYER]... [--lifeline FD] [--ready FD] (--view NAME (--path PATH)...)...
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

static int parse_number(const char *flag, const char *text, uint64_t low, uint64_t high, uint64_t *out, struct fault *why)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value < low || value > high)
        return fault_set(why, "%s must be a number from %llu to %llu, not \"%s\"", flag, (unsigned long long)low,
                         (unsigned long long)high, text);
    *out = value;
    return 0;
}

static int add_view(struct config *config, const char *name, struct fault *why)
{
    if (config->view_count == VIEWS_MAX)
        return fault_set(why, "more than %d views", VIEWS_MAX);
    if (name[0] == '\0' || strlen(name) > VIEW_NAME_MAX)
        return fault_set(why, "a view's name has 1 to %d bytes", VIEW_NAME_MAX);
    if (config_find_view(config, name) >= 0)
        return fault_set(why, "view \"%s\" is given twice", name);
    config->views[config->view_count++].name = name;
    return 0;
}

static int add_path(struct config *config, const char *path, struct fault *why)
{
    if (config->view_count == 0)
        return fault_set(why, "--path %s comes before any --view", path);
    struct view *view = &config->views[config->view_count - 1];
    if (view->path_count == VIEW_PATHS_MAX)
        return fault_set(why, "view \"%s\" has more than %d paths", view->name, VIEW_PATHS_MAX);
    if (path[0] != '/' || path[1] == '\0' || strstr(path, "/../") != NULL)
        return fault_set(why, "view \"%s\": \"%s\" is not an absolute path below /", view->name, path);
    struct stat status;
    if (stat(path, &status) < 0)
        return fault_errno(why, "view \"%s\": %s", view->name, path);
    view->paths[view->path_count++] = path;
    return 0;
}

static int set_number(struct config *config, const char *flag, const char *text, struct fault *why)
{
    const uint64_t id_max = 0xfffffffe; /* the last id but one: (uid_t)-1 means "unchanged" to the kernel */
    uint64_t value = 0;
    if (strcmp(flag, "--client-uid") == 0) {
        if (parse_number(flag, text, 0, id_max, &value, why) < 0)
            return -1;
        config->client_uid = (uid_t)value;
    } else if (strcmp(flag, "--client-gid") == 0) {
        if (parse_number(flag, text, 0, id_max, &value, why) < 0)
            return -1;
        config->client_gid = (gid_t)value;
    } else if (strcmp(flag, "--first-slot-uid") == 0) {
        if (parse_number(flag, text, 1, id_max - SLOTS_MAX - SPARE_MAX - 1, &value, why) < 0)
            return -1;
        config->first_slot_uid = (uid_t)value;
    } else if (strcmp(flag, "--slots") == 0) {
        if (parse_number(flag, text, 1, SLOTS_MAX, &value, why) < 0)
            return -1;
        config->slots = (unsigned)value;
    } else if (strcmp(flag, "--spare") == 0) {
        if (parse_number(flag, text, 0, SPARE_MAX, &value, why) < 0)
            return -1;
        config->spare = (unsigned)value;
    } else if (strcmp(flag, "--box-bytes") == 0) {
        return parse_number(flag, text, 4096, UINT64_C(1) << 40, &config->box_bytes, why);
    } else if (strcmp(flag, "--box-inodes") == 0) {
        return parse_number(flag, text, 1, UINT64_C(1) << 30, &config->box_inodes, why);
    } else if (strcmp(flag, "--lifeline") == 0) {
        if (parse_number(flag, text, 3, 1 << 20, &value, why) < 0)
            return -1;
        config->lifeline_fd = (int)value;
    } else if (strcmp(flag, "--ready") == 0) {
        if (parse_number(flag, text, 3, 1 << 20, &value, why) < 0)
            return -1;
        config->ready_fd = (int)value;
    } else {
        return fault_set(why, "unknown option %s", flag);
    }
    return 0;
}

static int remove_layer(struct config *config, const char *name, struct fault *why)
{
    const int layer = layer_find_optional(name);
    if (layer < 0)
        return fault_set(why, "there is no layer \"%.100s\" that can be switched off", name);
    config->layers &= ~((layers)1 << layer);
    return 0;
}

/* The kernel lets nobody into a filter or a ruleset who could gain privileges by execve, but for those who have all already. */
static int check_layers(layers set, struct fault *why)
{
    const bool privileged = !layers_have(set, LAYER_NO_CAPABILITIES) && !layers_have(set, LAYER_USER_PER_SLOT);
    if (layers_have(set, LAYER_NO_NEW_PRIVILEGES) || privileged
        || (!layers_have(set, LAYER_LANDLOCK) && !layers_have(set, LAYER_SECCOMP)))
        return 0;
    return fault_set(why, "without no_new_privileges nothing can enter landlock or seccomp_allow_list; remedy: switch them "
                          "off too");
}

static int check_complete(const struct config *config, struct fault *why)
{
    if (config->socket_path == NULL)
        return fault_set(why, "--socket is missing");
    if (config->socket_path[0] != '/' || strlen(config->socket_path) >= sizeof((struct sockaddr_un *)NULL)->sun_path)
        return fault_set(why, "--socket must be an absolute path of at most 107 bytes: %s", config->socket_path);
    if (config->client_uid == (uid_t)-1 || config->client_gid == (gid_t)-1)
        return fault_set(why, "--client-uid and --client-gid are needed");
    if (config->first_slot_uid == 0 || config->slots == 0 || config->box_bytes == 0 || config->box_inodes == 0)
        return fault_set(why, "--first-slot-uid, --slots, --box-bytes and --box-inodes are needed");
    if (config->client_uid >= config->first_slot_uid
        && config->client_uid <= config_init_user(config))
        return fault_set(why, "the client's uid %u is one of the slots' uids", (unsigned)config->client_uid);
    if (config->view_count == 0)
        return fault_set(why, "at least one --view is needed");
    return check_layers(config->layers, why);
}

int config_parse(struct config *config, int argc, char **argv, struct fault *why)
{
    *config = (struct config){
        .client_uid = (uid_t)-1, .client_gid = (gid_t)-1, .lifeline_fd = -1, .ready_fd = -1, .layers = LAYERS_ALL};
    for (int i = 0; i < argc; i += 2) {
        const char *flag = argv[i];
        if (i + 1 == argc)
            return fault_set(why, "%s has no value", flag);
        const char *value = argv[i + 1];
        int outcome = 0;
        if (strcmp(flag, "--socket") == 0)
            config->socket_path = value;
        else if (strcmp(flag, "--warm-library") == 0)
            config->warm_library = value;
        else if (strcmp(flag, "--view") == 0)
            outcome = add_view(config, value, why);
        else if (strcmp(flag, "--path") == 0)
            outcome = add_path(config, value, why);
        else if (strcmp(flag, "--without") == 0)
            outcome = remove_layer(config, value, why);
        else
            outcome = set_number(config, flag, value, why);
        if (outcome < 0)
            return -1;
    }
    return check_complete(config, why);
}

unsigned config_init_user(const struct config *config)
{
    return (unsigned)config->first_slot_uid + config->slots + config->spare;
}

int config_find_view(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->view_count; i++)
        if (strcmp(config->views[i].name, name) == 0)
            return (int)i;
    return -1;
}
