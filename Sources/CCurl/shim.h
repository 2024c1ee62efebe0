#pragma once
#include <curl/curl.h>

// curl's options are variadic: one function for each kind of argument.
static inline CURLcode causeway_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode causeway_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode causeway_setopt_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode causeway_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode causeway_setopt_large(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
typedef size_t (*causeway_data_callback)(char *data, size_t size, size_t count, void *context);
static inline CURLcode causeway_setopt_data_callback(CURL *handle, CURLoption option, causeway_data_callback value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode causeway_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode causeway_getinfo_socket(CURL *handle, CURLINFO info, curl_socket_t *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode causeway_getinfo_large(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode causeway_getinfo_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}
typedef int (*causeway_socket_callback)(CURL *, curl_socket_t, int, void *, void *);
typedef int (*causeway_timer_callback)(CURLM *, long, void *);
static inline CURLMcode causeway_multi_socket_callback(CURLM *multi, causeway_socket_callback callback, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}
static inline CURLMcode causeway_multi_timer_callback(CURLM *multi, causeway_timer_callback callback, void *context) {
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}
static inline CURLMcode causeway_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
typedef int (*causeway_prerequest_callback)(void *context, char *, char *, int, int);
static inline CURLcode causeway_setopt_prerequest(CURL *handle, causeway_prerequest_callback callback, void *context) {
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}
static inline CURLSHcode causeway_share_tls_sessions(CURLSH *share) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}
