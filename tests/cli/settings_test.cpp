#include "cli/config/settings.hpp"

#include "cli/failure.hpp"
#include "tests/cli/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>

namespace tern::cli {
namespace {

using testing::HasSubstr;

// Without the helper, {{"A", "b"}} would also be an environment to copy.
environment variables(std::map<std::string, std::string> values) { return environment{std::move(values)}; }

class SettingsTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& content) {
    const auto file = folder_.path() / name;
    std::ofstream(file) << content;
    return file;
  }
  std::string complaint(const std::vector<std::filesystem::path>& files, std::map<std::string, std::string> values) {
    try {
      settings::load(environment(std::move(values)), files);
    } catch (const failure& problem) {
      EXPECT_EQ(problem.code(), exit_code::configuration);
      return problem.what();
    }
    return "";
  }
  temporary_folder folder_;
};

TEST_F(SettingsTest, FlagBeatsVariableBeatsUserFileBeatsSystemFileBeatsDefault) {
  const auto user = write("user.toml", "timeout = \"2s\"\nname = \"ann\"\n");
  const auto system = write("system.toml", "timeout = \"3s\"\ntrust = \"accept-new\"\nearly_data = false\n");
  auto values = settings::load(variables({{"TERN_TIMEOUT", "1s"}}), {user, system});
  EXPECT_EQ(values.get("timeout").text, "1s");
  EXPECT_EQ(values.get("timeout").source, "TERN_TIMEOUT");
  EXPECT_EQ(values.get("name").text, "ann");
  EXPECT_EQ(values.get("trust").source, system.string());
  EXPECT_EQ(values.get("early_data").text, "false");
  EXPECT_EQ(values.get("color").source, "default");
  values.override_with_flag("timeout", "5s");
  EXPECT_EQ(values.get("timeout").text, "5s");
  EXPECT_EQ(values.get("timeout").source, "--timeout");
}

TEST_F(SettingsTest, MissingFilesAreNoError) {
  EXPECT_EQ(settings::load(variables({}), {folder_.path() / "none"}).get("timeout").text, "10s");
}

TEST_F(SettingsTest, MistakesNameTheFileAndTheLineOrKey) {
  EXPECT_THAT(complaint({write("a.toml", "x = = 1\n")}, {}), HasSubstr("a.toml: line 1"));
  EXPECT_THAT(complaint({write("b.toml", "nmae = \"x\"\n")}, {}), HasSubstr("did you mean 'name'?"));
  EXPECT_THAT(complaint({write("c.toml", "timeout = 5\n")}, {}), HasSubstr("'5' is not a duration"));
  EXPECT_THAT(complaint({}, {{"TERN_TIMEOUT", "0s"}}), HasSubstr("TERN_TIMEOUT: timeout: '0s' leaves no time"));
  EXPECT_THAT(complaint({write("d.toml", "[table]\n")}, {}), HasSubstr("must be text"));
  EXPECT_THAT(complaint({}, {{"TERN_TRUST", "all"}}), HasSubstr("TERN_TRUST: trust: 'all' is none of"));
  EXPECT_THAT(complaint({folder_.path()}, {}), HasSubstr("cannot be read"));
}

TEST_F(SettingsTest, AFlagOutOfRangeIsAUsageError) {
  auto values = settings::load(variables({}), {});
  EXPECT_THROW(values.override_with_flag("timeout", "5"), failure);
}

TEST_F(SettingsTest, NoColorAndForceYieldToTheUsersOwnChoice) {
  EXPECT_EQ(settings::load(variables({{"NO_COLOR", "1"}}), {}).get("color").text, "never");
  EXPECT_EQ(settings::load(variables({{"CLICOLOR_FORCE", "1"}}), {}).get("color").text, "always");
  EXPECT_EQ(settings::load(variables({{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}), {}).get("color").text, "never");
  EXPECT_EQ(settings::load(variables({{"CLICOLOR_FORCE", "0"}}), {}).get("color").text, "auto");
  EXPECT_EQ(settings::load(variables({{"NO_COLOR", "1"}, {"TERN_COLOR", "always"}}), {}).get("color").text, "always");
}

TEST(Environment, RelativeXdgFoldersAreIgnored) {
  EXPECT_EQ(variables({{"HOME", "/h"}, {"XDG_DATA_HOME", "rel"}}).data_folder(), "/h/.local/share/tern");
  EXPECT_EQ(variables({{"HOME", "/h"}, {"XDG_DATA_HOME", "/d"}}).data_folder(), "/d/tern");
  EXPECT_EQ(variables({{"HOME", "/h"}}).config_folder(), "/h/.config/tern");
  EXPECT_THROW(variables({}).data_folder(), failure);
}

}  // namespace
}  // namespace tern::cli
