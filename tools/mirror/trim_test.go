package mirror

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func trimMini(t *testing.T, names ...string) trimmed {
	t.Helper()
	got, err := trim(tree{root: miniProvider(t), module: providerModule}, names)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A service needs what it imports, and the service whose client it asks for.
func TestTrimKeepsWhatIsNeeded(t *testing.T) {
	for _, c := range []struct {
		names, want string
	}{
		{"acm", "acm"},
		{"organizations", "account organizations"},
		{"ec2", "account ec2 organizations"},
		{"lambda acm lambda", "account acm ec2 lambda organizations"},
	} {
		got := trimMini(t, strings.Fields(c.names)...)
		if diff := cmp.Diff(c.want, strings.Join(got.services, " ")); diff != "" {
			t.Errorf("trim to %s (-want +got):\n%s", c.names, diff)
		}
	}
}

// The lists lose lines and nothing else, and what is copied is what is built.
func TestTrimmedSource(t *testing.T) {
	dst := t.TempDir()
	got := trimMini(t, "organizations")
	if err := got.copyTo(dst); err != nil {
		t.Fatal(err)
	}
	golden(t, "trimmed-files.txt", strings.Join(got.files, "\n"))
	for name, file := range map[string]string{"trimmed-registry.txt": registryFile, "trimmed-clients.txt": clientsFile, "trimmed-names.txt": serviceNamesFile} {
		b, err := os.ReadFile(filepath.Join(dst, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, string(b))
	}
}

func TestTrimIsDeterministic(t *testing.T) {
	a, b := trimMini(t, "lambda", "acm"), trimMini(t, "acm", "lambda")
	if diff := cmp.Diff(a.tree.overlay, b.tree.overlay); diff != "" {
		t.Error(diff)
	}
}

func TestTrimRefusesUnknownService(t *testing.T) {
	_, err := trim(tree{root: miniProvider(t), module: providerModule}, []string{"lamda"})
	if err == nil || !strings.Contains(err.Error(), `no service "lamda"`) {
		t.Errorf("got %v", err)
	}
}

// A provider that is laid out in another way must not be built as if it were not.
func TestTrimRefusesUnknownLayout(t *testing.T) {
	for file, text := range map[string]string{
		registryFile:     "package sdkv2\n\nfunc servicePackages() {}\n",
		clientsFile:      "package conns\n\nfunc ACMClient() {}\n",
		serviceNamesFile: "service \"other\" {}\n",
	} {
		dir := miniProvider(t)
		writeSource(t, dir, file, text)
		_, err := trim(tree{root: dir, module: providerModule}, []string{"acm"})
		if err == nil || !strings.Contains(err.Error(), "another layout") {
			t.Errorf("%s: got %v", file, err)
		}
	}
}
