package hygiene

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// phrases are what comments do not say, with what they say instead.
var phrases = map[*regexp.Regexp]string{
	regexp.MustCompile(`^\s*// [A-Za-z_.]+ gives (the|a|an|its|all|what|whether|no)\b`): "returns",
	regexp.MustCompile(`//.* says? whether\b`):                                          "reports whether",
}

// TestComments keeps comments in the words of Go's standard library.
func TestComments(t *testing.T) {
	cmd := exec.Command("git", "ls-files", "-z", "*.go")
	cmd.Dir = "../.."
	list, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := strings.Split(strings.TrimRight(string(list), "\x00"), "\x00")
	if len(files) < 300 {
		t.Fatalf("%d files", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile("../../" + file)
		if os.IsNotExist(err) {
			continue // deleted, and the index does not know yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			for phrase, instead := range phrases {
				if phrase.MatchString(line) {
					t.Errorf("%s:%d: say %q: %s", file, i+1, instead, strings.TrimSpace(line))
				}
			}
		}
	}
}
