// The command line of the suite: --name=value, --name value.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

class Flags {
 public:
  Flags(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      std::string word = argv[i];
      if (word.rfind("--", 0) != 0) Fail(word + " is no flag: flags begin with --");
      const auto equals = word.find('=');
      if (equals != std::string::npos) {
        values_[word.substr(2, equals - 2)] = word.substr(equals + 1);
      } else if (i + 1 < argc) {
        values_[word.substr(2)] = argv[++i];
      } else {
        Fail(word + " has no value");
      }
    }
  }

  std::string Text(const std::string& name, const std::string& fallback) const {
    const auto found = values_.find(name);
    return found == values_.end() ? fallback : found->second;
  }

  int Number(const std::string& name, int fallback) const {
    return std::atoi(Text(name, std::to_string(fallback)).c_str());
  }

  bool IsSet(const std::string& name) const { return Text(name, "false") == "true"; }

  // The contents of the file that a flag names.
  std::string File(const std::string& name) const {
    std::ifstream file(Text(name, ""));
    if (!file) Fail("--" + name + " must name a readable file");
    std::stringstream contents;
    contents << file.rdbuf();
    return contents.str();
  }

  [[noreturn]] static void Fail(const std::string& reason) {
    std::cerr << reason << std::endl;
    std::exit(2);
  }

 private:
  std::map<std::string, std::string> values_;
};
