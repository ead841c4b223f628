package deploy

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRestoreState(t *testing.T) {
	const before, after = `{"serial": 1}`, `{"serial": 2}`
	for _, c := range []struct {
		name, state, backup, want string
		restored                  bool
	}{
		{"whole", after, before, after, false},
		{"emptied", "", before, before, true},
		{"cut off", after[:5], before, before, true},
		{"emptied, without a backup", "", "", "", false},
		{"cut off, without a backup", after[:5], "", "", true},
		{"emptied, backup cut off", "", before[:5], "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "web.tfstate")
			writeFile(t, file, c.state)
			if c.backup != "" {
				writeFile(t, file+".backup", c.backup)
			}
			restored, err := RestoreState(file)
			if restored != c.restored || err != nil {
				t.Errorf("restored %t, %v; want %t", restored, err, c.restored)
			}
			if got, err := os.ReadFile(file); string(got) != c.want || err != nil {
				t.Errorf("state %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestRestoreStateThatIsNotThere(t *testing.T) {
	if restored, err := RestoreState(filepath.Join(t.TempDir(), "web.tfstate")); restored || err != nil {
		t.Errorf("restored %t, %v", restored, err)
	}
}

func writeFile(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
