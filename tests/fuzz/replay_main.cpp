// The main of a fuzz target where there is no libFuzzer: hands every file of a corpus folder to the target, so
// that what fuzzing once found stays tested with every compiler. An empty folder is a failure, not a pass.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> corpus_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// The input is named before it runs: where the target crashes, the last line says on what.
void replay(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> content{std::istreambuf_iterator<char>(stream), {}};
  std::printf("%s (%zu bytes)\n", file.c_str(), content.size());
  std::fflush(stdout);
  // A copy of exactly the right size on the heap, so that the address sanitizer sees one byte too many.
  const std::vector<std::uint8_t> input(content.begin(), content.end());
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  const auto files = corpus_files(argv[1]);
  for (const auto& file : files) replay(file);
  std::printf("%zu inputs replayed from %s\n", files.size(), argv[1]);
  return files.empty() ? 1 : 0;
}
