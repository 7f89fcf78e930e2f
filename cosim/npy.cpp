// SPDX-License-Identifier: Apache-2.0
// Reads the .npy header; the numbers themselves are used where they lie.
#include "npy.h"

#include "fail.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace xb
{

Mapped map_file(const std::string &path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0)
        fail(kBadInput, "%s: %s", path.c_str(), std::strerror(errno));
    if (!S_ISREG(info.st_mode) || info.st_size == 0)
        fail(kBadInput, "%s: not a file with contents", path.c_str());
    const size_t size = static_cast<size_t>(info.st_size);
    void *at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        fail(kEnvironment, "%s: %s", path.c_str(), std::strerror(errno));
    close(fd);
    return {static_cast<const uint8_t *>(at), size};
}

void need(const std::string &path, const char *level)
{
    if (!Npy::exists(path))
        fail(kBadInput,
             "%s is missing: level %s needs it (xbgen emit --level %s writes it; --level chooses "
             "another)",
             path.c_str(), level, level);
}

bool Npy::exists(const std::string &path) { return access(path.c_str(), F_OK) == 0; }

void Npy::open(const std::string &path)
{
    path_ = path;
    const Mapped file = map_file(path);
    if (file.size < 12 || std::memcmp(file.data, "\x93NUMPY", 6) != 0)
        fail(kBadInput, "%s: not an .npy file", path.c_str());
    const bool long_header = file.data[6] >= 2;
    const size_t start = long_header ? 12 : 10;
    size_t length = file.data[8] | file.data[9] << 8;
    if (long_header)
        length |= static_cast<size_t>(file.data[10]) << 16 | static_cast<size_t>(file.data[11])
                                                                 << 24;
    if (length > file.size - start)
        fail(kBadInput, "%s: the header is cut off", path.c_str());
    parse(reinterpret_cast<const char *>(file.data) + start, length);
    data_ = file.data + start + length;
    released_ = reinterpret_cast<uintptr_t>(file.data);
    const unsigned long long room = file.size - start - length;
    if (static_cast<unsigned long long>(images() * per_image()) >
        room / static_cast<unsigned>(item_size_))
        fail(kBadInput, "%s: shorter than its header says", path.c_str());
}

static std::string value_of(const std::string &header, const char *key)
{
    const size_t at = header.find(key);
    const size_t colon = at == std::string::npos ? at : header.find(':', at);
    const size_t from =
        colon == std::string::npos ? colon : header.find_first_not_of(' ', colon + 1);
    return from == std::string::npos ? std::string() : header.substr(from);
}

void Npy::parse(const char *text, size_t size)
{
    const std::string header(text, size);
    const std::string descr = value_of(header, "'descr'");
    const std::string shape = value_of(header, "'shape'");
    if (descr.size() < 4 || !std::strchr("<|", descr[1]) || !std::strchr("iu", descr[2]) ||
        shape.empty() || shape[0] != '(')
        fail(kBadInput, "%s: not a little-endian integer array", path_.c_str());
    if (value_of(header, "'fortran_order'").compare(0, 5, "False") != 0)
        fail(kBadInput, "%s: is in Fortran order", path_.c_str());
    item_size_ = std::atoi(descr.c_str() + 3);
    if (item_size_ != 1 && item_size_ != 2 && item_size_ != 4 && item_size_ != 8)
        fail(kBadInput, "%s: items of %d bytes", path_.c_str(), item_size_);
    shape_.clear();
    unsigned long long items = 1;
    for (const char *p = shape.c_str() + 1; *p && *p != ')';) {
        char *end;
        const long long n = std::strtoll(p, &end, 10);
        if (end == p || n < 0 ||
            (n > 0 && items > (1ULL << 46) / static_cast<unsigned long long>(n)))
            fail(kBadInput, "%s: bad shape", path_.c_str());
        items *= static_cast<unsigned long long>(n);
        shape_.push_back(n);
        for (p = end; *p == ',' || *p == ' '; ++p)
            ;
    }
}

void Npy::release(size_t bytes)
{
    const uintptr_t step = 1 << 20;  // more than a page; a call for less does not pay
    const uintptr_t end = reinterpret_cast<uintptr_t>(data_ + bytes);
    if (end < released_ + step)
        return;
    const uintptr_t size = (end - released_) / step * step;
    madvise(reinterpret_cast<void *>(released_), size, MADV_DONTNEED);
    released_ += size;
}

long long Npy::per_image() const
{
    long long n = 1;
    for (size_t i = 1; i < shape_.size(); ++i)
        n *= shape_[i];
    return n;
}

void Npy::expect(int item_size, long long images, long long per_image) const
{
    if (item_size_ != item_size || this->per_image() != per_image)
        fail(kBadInput, "%s: holds %lld items of %d bytes an image; this design has %lld of %d",
             path_.c_str(), this->per_image(), item_size_, per_image, item_size);
    if (this->images() < images)
        fail(kBadInput, "%s: holds %lld images, %lld were asked for", path_.c_str(), this->images(),
             images);
}

}  // namespace xb
