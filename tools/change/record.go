package change

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/objects"
)

// Record is what one root of an environment was made of when it was deployed.
// It holds names, digests and versions, and no value of any setting.
type Record struct {
	Format  int               `json:"format"`
	Root    string            `json:"root"` // a stack's name, or the platform's
	Commit  string            `json:"commit,omitempty"`
	Dirty   bool              `json:"dirty,omitempty"` // files differed from the commit
	Time    time.Time         `json:"time"`
	By      string            `json:"by,omitempty"` // git's user, else the system's
	Digests map[string]string `json:"digests"`      // of the functions' zips, by name
	// Architectures are what the zips were built for, by the functions' names.
	Architectures map[string]string `json:"architectures,omitempty"`
	Closure       inputs.Closure    `json:"closure"` // of the stack's functions
	Files         map[string]string `json:"files"`   // of Terraform, seastack.hcl and migrations, by SHA-256
	Proof         Proof             `json:"proof"`
	Plan          string            `json:"plan,omitempty"`   // the SHA-256 of the plan that was reviewed and applied
	Pinned        []string          `json:"pinned,omitempty"` // the functions that were held at a zip
	// Canary are the functions whose new zip was only tried: Digests has the one
	// before.
	Canary []string `json:"canary,omitempty"`
}

// Proof is what shows that a root needs no plan: one that was made of the same
// inputs changes nothing in the same state. Without inputs nothing is proven.
type Proof struct {
	Inputs string `json:"inputs,omitempty"` // a digest of all that a plan depends on
	State  string `json:"state,omitempty"`  // the SHA-256 of Terraform's state
}

// recordFormat is the version of a record's form.
const recordFormat = 1

// recordName returns the name of a root's record, which begins as that of its
// state does.
func recordName(root string) string { return root + ".deployed.json.gz" }

// WriteRecord keeps a record, compressed, and adds it to the history. One that differs from the last in its
// time alone is not written.
func WriteRecord(ctx context.Context, to objects.Store, r Record) error {
	r.Format = recordFormat
	if last, err := ReadRecord(ctx, to, r.Root); err == nil && last != nil && sameDeployment(*last, r) {
		return nil
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if err := errors.Join(json.NewEncoder(w).Encode(r), w.Close()); err != nil {
		return err
	}
	if err := to.Put(ctx, recordName(r.Root), b.Bytes()); err != nil {
		return recordsUnusable(to.Place(recordName(r.Root)), err)
	}
	return remember(ctx, to, r)
}

func sameDeployment(a, b Record) bool {
	sameKeys := maps.EqualFunc(a.Closure.Functions, b.Closure.Functions, func(x, y inputs.Inputs) bool { return x.Key == y.Key })
	return sameKeys && a.Proof == b.Proof && a.Plan == b.Plan && slices.Equal(a.Canary, b.Canary) && a.Commit == b.Commit && a.Dirty == b.Dirty && maps.Equal(a.Digests, b.Digests) && maps.Equal(a.Files, b.Files)
}

// DeleteRecord removes the record of a root that is destroyed.
func DeleteRecord(ctx context.Context, from objects.Store, root string) error {
	if err := from.Delete(ctx, recordName(root)); err != nil {
		return recordsUnusable(from.Place(recordName(root)), err)
	}
	return nil
}

// ReadRecord returns the record of a root; nil where there is none.
func ReadRecord(ctx context.Context, from objects.Store, root string) (*Record, error) {
	place := from.Place(recordName(root))
	data, err := from.Get(ctx, recordName(root))
	if err != nil {
		return nil, recordsUnusable(place, err)
	}
	if data == nil {
		return nil, nil
	}
	r, err := parseRecord(data)
	if err != nil {
		return nil, badRecord(place, err)
	}
	return &r, nil
}

func parseRecord(data []byte) (r Record, err error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return r, err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	if r.Format != recordFormat {
		return r, errors.New("the record has another format than this command's")
	}
	return r, nil
}

// ConfigurationFiles returns the files of a module that configure what is
// deployed: Terraform's, seastack.hcl and migrations, by the SHA-256 of their
// contents. What a run leaves beside them is not among them.
func ConfigurationFiles(root string, f config.Folders) (map[string]string, error) {
	files := map[string]string{}
	for _, folder := range []string{f.Terraform, f.Migrations, config.FileName} {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(folder)), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				if d != nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") {
					return fs.SkipDir
				}
				return err
			}
			if ignoredConfiguration(d.Name()) {
				return nil
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			files[filepath.ToSlash(rel)], err = digest.File(path)
			return err
		})
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return files, nil
}

// ignoredConfiguration reports whether a file is one that a run leaves.
func ignoredConfiguration(name string) bool {
	return name == artifact.ManifestName || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".tfplan") ||
		strings.Contains(name, ".tfstate")
}

// SinceDeployed returns the states of what is deployed and of the worktree. It
// needs no git, and has no tests.
func SinceDeployed(ctx context.Context, r Request, environment string, roots []string, from objects.Store) (Sides, error) {
	base, err := deployed(ctx, r, environment, roots, from)
	if err != nil {
		return Sides{}, err
	}
	files, err := ConfigurationFiles(r.Root, r.Folders)
	if err != nil {
		return Sides{}, err
	}
	mains, err := Entrypoints(r.Root, r.Folders)
	if err != nil {
		return Sides{}, err
	}
	if err := r.setArchitectures(r.Root, r.Folders, mains); err != nil {
		return Sides{}, err
	}
	head := State{Folders: r.Folders, Files: files}
	head.Closure, err = artifact.Inspect(ctx, artifact.Request{Root: r.Root, Functions: mains, Target: r.Target, Store: r.Store, Env: r.Env})
	r.Environments = []string{environment}
	return Sides{Base: base, Head: head, Name: "deployed", comparer: sourceOf(ctx, r, base)}, err
}

// sourceOf returns a comparer that can read the files of what is deployed, where
// git has its commit; else one that cannot.
func sourceOf(ctx context.Context, r Request, base State) comparer {
	if base.Commit != "" {
		if c, err := newComparer(ctx, r); err == nil {
			if _, err := c.repo.resolve(ctx, base.Commit); err == nil {
				return c
			}
		}
	}
	return comparer{Request: r}
}

// Entrypoints returns the functions of a module, from its generated entrypoints.
func Entrypoints(root string, f config.Folders) ([]artifact.Function, error) {
	found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(f.Stacks), "*", "*", "*", "main.go"))
	files := map[string]string{}
	for _, main := range found {
		rel, err := filepath.Rel(root, main)
		if err != nil {
			return nil, err
		}
		files[filepath.ToSlash(rel)] = ""
	}
	return functions(files, f), err
}

// deployed joins the records of an environment's roots to one state.
func deployed(ctx context.Context, r Request, environment string, roots []string, from objects.Store) (State, error) {
	s := State{Folders: r.Folders, Files: map[string]string{}, Digests: map[string]string{}, Closure: inputs.Closure{
		Packages: map[string]inputs.Package{}, Modules: map[string]inputs.Module{}, Functions: map[string]inputs.Inputs{},
	}}
	var records []Record
	for _, root := range slices.Sorted(slices.Values(roots)) {
		record, err := ReadRecord(ctx, from, root)
		if err != nil {
			return State{}, err
		}
		if record != nil {
			records = append(records, *record)
			s.add(*record)
		}
	}
	if len(records) == 0 {
		return State{}, neverDeployed(environment, from.Place(recordName(names.Platform)))
	}
	s.addFiles(records, environment)
	s.Commit = commonCommit(records)
	return s, nil
}

// commonCommit returns the commit that all roots were deployed from; "" where
// there is no such commit, or files differed from it.
func commonCommit(records []Record) string {
	commit := records[0].Commit
	if slices.ContainsFunc(records, func(r Record) bool { return r.Dirty || r.Commit != commit }) {
		return ""
	}
	return commit
}

// add adds the functions of a root's record.
func (s *State) add(r Record) {
	s.Closure = inputs.Join([]inputs.Closure{s.Closure, r.Closure})
	s.Closure.Module, s.Closure.Settings = r.Closure.Module, r.Closure.Settings
	for name, digest := range r.Digests {
		s.Digests[r.Root+"/"+name] = digest
	}
}

// several stands for the content of a file that roots were deployed with
// different ones of.
const several = "several"

// addFiles adds the files of all records. One of a single root is as its record
// has it, and any other as all records have it, or else of no known content.
func (s *State) addFiles(records []Record, environment string) {
	for i, r := range records {
		for file, hash := range r.Files {
			switch owner := ownerRoot(file, s.Folders, environment); {
			case owner == r.Root:
				s.Files[file] = hash
			case owner != "":
			case slices.ContainsFunc(records, func(other Record) bool { return other.Files[file] != hash }):
				s.Files[file] = several
			case i == 0:
				s.Files[file] = hash
			}
		}
	}
}

// ownerRoot returns the root that alone has a file; "" for one of several.
func ownerRoot(file string, f config.Folders, environment string) string {
	for _, folder := range []string{names.ModuleDir(f, ""), names.RootDir(f, environment, "")} {
		if rest, ok := below(file, strings.TrimSuffix(folder, "/")); ok {
			root, _, _ := strings.Cut(rest, "/")
			return root
		}
	}
	for _, folder := range []string{names.PlatformDir(f), f.Migrations} {
		if _, ok := below(file, folder); ok {
			return names.Platform
		}
	}
	return ""
}
