package mirror

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// miniProvider writes a module that is laid out as the provider's: testdata has
// its shape, and each service of the list that it lacks gets a bare package. It
// returns the module's directory.
func miniProvider(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	archive, err := txtar.ParseFile("testdata/provider.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		writeSource(t, dir, f.Name, string(f.Data))
	}
	for _, s := range services {
		if _, err := os.Stat(filepath.Join(dir, "internal", "service", s)); err != nil {
			addService(t, dir, s)
		}
	}
	return dir
}

// addService writes a bare service and registers it.
func addService(t *testing.T, dir, name string) {
	t.Helper()
	writeSource(t, dir, "internal/service/"+name+"/"+name+".go", "package "+name+"\n")
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(registryFile)))
	if err != nil {
		t.Fatal(err)
	}
	const last = "\t\torganizations.ServicePackage(ctx),\n"
	text := strings.Replace(string(b), last, last+"\t\t"+name+".ServicePackage(ctx),\n", 1)
	text = strings.Replace(text, "\n)\n", fmt.Sprintf("\n\t%q\n)\n", providerModule+"/"+serviceDir+name), 1)
	writeSource(t, dir, registryFile, text)
}

func writeSource(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "MODULE", providerModule)), 0o644); err != nil {
		t.Fatal(err)
	}
}
