package extract

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Each testdata/NAME.txt is a transcript, and NAME.json what is found in it.
func TestNotes(t *testing.T) {
	transcripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(transcripts) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range transcripts {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			result := Notes(string(text))
			if diff := cmp.Diff(result, Notes(string(text))); diff != "" {
				t.Errorf("the second time is different:\n%s", diff)
			}
			got, err := json.MarshalIndent(result, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(got), "null") {
				t.Errorf("a list is nil:\n%s", got)
			}
			compare(t, strings.TrimSuffix(file, ".txt")+".json", string(got)+"\n")
		})
	}
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", file, diff)
	}
}

func TestSplitText(t *testing.T) {
	for text, want := range map[string][]string{
		"One. Two! Three? Four":               {"One.", "Two!", "Three?", "Four"},
		"Version 1.2 of Node.js runs.":        {"Version 1.2 of Node.js runs."},
		"Ask Dr. Turing, e.g. today. J. Doe.": {"Ask Dr. Turing, e.g. today.", "J. Doe."},
		"So did I. Then we left...":           {"So did I.", "Then we left..."},
		"":                                    nil,
		"Ça va? Très bien… À demain.":         {"Ça va?", "Très bien…", "À demain."},
	} {
		if diff := cmp.Diff(want, splitText(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseTurns(t *testing.T) {
	got := parseTurns("Ada: Hi.\n\n[00:01:02] Jean-Luc O'Neill: Yes: no.\r\n12:30 - nothing said: here\nAction item: call.\nhttp://x")
	want := []turn{
		{"Ada", "Hi."}, {"Jean-Luc O'Neill", "Yes: no."}, {"", "nothing said: here"}, {"", "Action item: call."}, {"", "http://x"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(turn{})); diff != "" {
		t.Errorf("turns (-want +got):\n%s", diff)
	}
}

func TestSkillsAreNotEverydayWords(t *testing.T) {
	for text, want := range map[string][]string{
		"We go on, and the rest will react swiftly.": {},
		"Go on with it.": {},
		"We wrote it in Go and in C++, then in Rust.":   {"C++", "Go", "Rust"},
		"Golang, golang and node.js; REST.":             {"Go", "Node.js", "REST"},
		"İstanbul has no skill; Python is one.":         {"Python"},
		"Some JavaScript, no java.":                     {"Java", "JavaScript"},
		"Continuous integration of distributed systems": {"CI/CD", "Distributed systems"},
	} {
		if diff := cmp.Diff(want, skills(splitSentences(parseTurns(text)))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestActionsArePromisesOfDoing(t *testing.T) {
	for text, want := range map[string]bool{
		"I'll send the slides.": true, "We will then schedule a call.": true, "Todo: book a room.": true, "Let’s set up a call.": true,
		"Grace will prepare an exercise.": true, "You need to submit it by Monday.": true,
		"I'll tell you a story.": false, "We sent it.": false, "Will you send it?": false, "I will be there.": false,
	} {
		if got := len(actions(splitSentences(parseTurns(text)))) == 1; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzNotes(f *testing.F) {
	f.Add("Ada: What is Go?\nGrace: I'll send it. İ. C++ \xff")
	f.Fuzz(func(t *testing.T, text string) {
		if diff := cmp.Diff(Notes(text), Notes(text)); diff != "" {
			t.Errorf("the second time is different:\n%s", diff)
		}
	})
}

// A long transcript must not take long: the queue's consumer has seconds.
func TestALongTranscript(t *testing.T) {
	text, err := os.ReadFile("testdata/backend.txt")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat(string(text), 512<<10/len(text))
	if got := Notes(long); len(got.Summary) != longestCount || len(got.Questions) > maxListed {
		t.Errorf("%d sentences, %d questions", len(got.Summary), len(got.Questions))
	}
}

func BenchmarkNotes(b *testing.B) {
	text, err := os.ReadFile("testdata/backend.txt")
	if err != nil {
		b.Fatal(err)
	}
	long := strings.Repeat(string(text), 512<<10/len(text))
	b.SetBytes(int64(len(long)))
	for b.Loop() {
		Notes(long)
	}
}
