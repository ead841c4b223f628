package change

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// Tests is what the tests of a module are made of.
type Tests struct {
	Go       string            // the go command's version and settings
	Packages map[string]string // import path to the digest of all that a test can get of it
	Suites   map[string]Suite  // by the import path of the package that has tests
}

// Suite is the tests of one package.
type Suite struct {
	Packages []string          // all that its test binary is made of, but the standard library; sorted
	Files    map[string]string // what lies in the package's folder, from the repository's top
	Reads    map[string]string // what else its tests read, from the repository's top: a file, or a folder with a slash
}

// listed is a package in the words of `go list -json -test`.
type listed struct {
	ImportPath, Dir, Name, ForTest string
	Standard                       bool
	Module                         *gocmd.Module
	Deps                           []string
	Error                          *gocmd.LoadError

	GoFiles, CgoFiles, CFiles, CXXFiles, MFiles, HFiles, FFiles, SFiles []string
	SysoFiles, EmbedFiles, IgnoredGoFiles, IgnoredOtherFiles            []string
	TestGoFiles, XTestGoFiles, TestEmbedFiles, XTestEmbedFiles          []string
}

const listedFields = "ImportPath,Dir,Name,ForTest,Standard,Module,Deps,Error," +
	"GoFiles,CgoFiles,CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles,SysoFiles,EmbedFiles,IgnoredGoFiles,IgnoredOtherFiles," +
	"TestGoFiles,XTestGoFiles,TestEmbedFiles,XTestEmbedFiles"

// testListCommand lists all packages with their tests and all that these import,
// as the user's `go test ./...` would: with the user's own settings.
func testListCommand(root string, environ []string) gocmd.Command {
	return gocmd.Command{
		Path: "go", Dir: root, Env: append(gocmd.Unhooked(environ), "PWD="+root),
		Args: []string{"list", "-e", "-deps", "-test", "-json=" + listedFields, "./..."},
	}
}

// tests returns what the tests of a source are made of: from the cache, or from
// a listing.
func (s source) tests(ctx context.Context) (Tests, error) {
	file := s.cacheFile("tests")
	var tests Tests
	if readCache(file, &tests) {
		return tests, nil
	}
	tests, err := s.listTests(ctx)
	if err != nil {
		return Tests{}, err
	}
	return tests, writeCache(file, tests)
}

func (s source) listTests(ctx context.Context) (Tests, error) {
	version, err := goVersion(ctx, s.root(), s.Env)
	if err != nil {
		return Tests{}, err
	}
	out, err := testListCommand(s.root(), s.Env).Run(ctx)
	if err != nil {
		return Tests{}, gocmd.ExplainFailure(err, nil)
	}
	packages, err := parseListed(out)
	if err != nil {
		return Tests{}, err
	}
	t := testLister{
		source: s, list: packages, folders: map[string]folder{}, hashes: map[string]string{},
		Tests: Tests{Go: version, Packages: map[string]string{}, Suites: map[string]Suite{}},
	}
	t.addFolders()
	err = t.add()
	return t.Tests, err
}

func parseListed(out []byte) (all []listed, err error) {
	var findings diag.List
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, findings.Err()
		} else if err != nil {
			return nil, err
		}
		if p.Error != nil && !strings.Contains(p.Error.Err, "build constraints exclude all Go files") {
			findings = append(findings, p.Error.Finding())
		}
		all = append(all, p)
	}
}

// testLister collects what the tests of a source are made of.
type testLister struct {
	source
	Tests
	list    []listed
	folders map[string]folder // of the packages in the repository, by their path from the top
	hashes  map[string]string // of what tests read, by path
}

// folder is what a scan of a package's files finds. See readsOf.
type folder struct {
	scanned bool
	climbs  []string // literals of its code that start with "..", as they are
	tests   []string // what its tests may read, from the repository's top
}

// add adds all packages, and then the tests that are made of them.
func (t *testLister) add() error {
	for _, p := range t.list {
		if p.Standard || p.ForTest != "" || strings.HasSuffix(p.ImportPath, ".test") {
			continue
		}
		sum, err := t.digest(p)
		if err != nil {
			return err
		}
		t.Packages[p.ImportPath] = sum
	}
	for _, p := range t.list {
		tested, ok := strings.CutSuffix(p.ImportPath, ".test")
		if !ok || p.Name != "main" || p.ForTest != "" {
			continue
		}
		if err := t.addSuite(tested, p); err != nil {
			return err
		}
	}
	return nil
}

// digest returns the digest of what a package brings into a test: its files, for
// any constraint, or its module's version.
func (t *testLister) digest(p listed) (string, error) {
	sum := sha256.New()
	if m := p.Module; m != nil {
		fmt.Fprintf(sum, "module %q %q %q %q\n", m.Path, m.Version, m.Sum, m.GoVersion)
		if r := m.Replace; r != nil {
			fmt.Fprintf(sum, "replace %q %q %q\n", r.Path, r.Version, r.Sum)
		}
		if !m.Main && (m.Replace == nil && m.Version != "" || m.Replace != nil && m.Replace.Version != "") {
			return digest.Hex(sum), nil
		}
	}
	files := slices.Concat(p.GoFiles, p.CgoFiles, p.CFiles, p.CXXFiles, p.MFiles, p.HFiles, p.FFiles, p.SFiles,
		p.SysoFiles, p.EmbedFiles, p.IgnoredGoFiles, p.IgnoredOtherFiles)
	for _, name := range slices.Sorted(slices.Values(files)) {
		content, err := t.content(filepath.Join(p.Dir, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "file %q %s\n", filepath.ToSlash(name), content)
	}
	return digest.Hex(sum), nil
}

// content returns the hash of a file: git's where git has the file, else that of
// its content.
func (t *testLister) content(path string) (string, error) {
	if hash, ok := t.tree.Files[t.fromTop(path)]; ok {
		return hash, nil
	}
	hash, err := digest.File(path)
	if errors.Is(err, os.ErrNotExist) {
		return "absent", nil
	}
	return hash, err
}

// fromTop returns a path from the repository's top, with slashes.
func (t *testLister) fromTop(path string) string {
	rel, err := filepath.Rel(t.top, path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// addSuite adds the tests of a package, from the listing of its test binary.
func (t *testLister) addSuite(tested string, binary listed) error {
	packages := map[string]bool{tested: true}
	for _, path := range binary.Deps {
		path, _, _ = strings.Cut(path, " ")
		if _, ok := t.Packages[path]; ok {
			packages[path] = true
		}
	}
	dir := t.fromTop(binary.Dir)
	s := Suite{Packages: slices.Sorted(maps.Keys(packages)), Files: ownFiles(t.tree.Files, dir, t.folders), Reads: map[string]string{}}
	for _, read := range t.readsOf(dir, s.Packages) {
		s.Reads[read] = t.hash(read)
	}
	t.Suites[tested] = s
	return nil
}

// addFolders notes the folders of the packages that lie in the repository.
func (t *testLister) addFolders() {
	for _, p := range t.list {
		if dir := t.fromTop(p.Dir); !p.Standard && p.Dir != "" && !strings.HasPrefix(dir, "../") {
			t.folders[dir] = folder{}
		}
	}
}

// ownFiles returns the files in a package's folder and below it, without those
// of the packages that lie there. Any of them may be read by a test, which runs
// in that folder.
func ownFiles(all map[string]string, dir string, packages map[string]folder) map[string]string {
	own := map[string]string{}
	prefix := dir + "/"
	if dir == "." {
		prefix = ""
	}
	for file, hash := range all {
		rest, ok := strings.CutPrefix(file, prefix)
		if !ok {
			continue
		}
		if owner := ownerOf(file, packages); owner == dir || strings.HasPrefix(rest, "testdata/") {
			own[file] = hash
		}
	}
	return own
}

// ownerOf returns the folder of the nearest package above a file.
func ownerOf(file string, packages map[string]folder) string {
	for dir := parent(file); ; dir = parent(dir) {
		if _, ok := packages[dir]; ok || dir == "." {
			return dir
		}
	}
}

func parent(file string) string {
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		return file[:i]
	}
	return "."
}

// hash returns the hash of a file, or of all files of a folder.
func (t *testLister) hash(path string) string {
	known, ok := t.hashes[path]
	if !ok {
		known = hashOf(t.tree.Files, path)
		t.hashes[path] = known
	}
	return known
}

// hashOf returns the hash of a file, or of all files of a folder.
func hashOf(files map[string]string, path string) string {
	if hash, ok := files[path]; ok {
		return hash
	}
	sum := sha256.New()
	prefix := strings.TrimSuffix(path, "/") + "/"
	if path == "." {
		prefix = ""
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(file, prefix) {
			fmt.Fprintf(sum, "%q %s\n", file, files[file])
		}
	}
	return digest.Hex(sum)
}
