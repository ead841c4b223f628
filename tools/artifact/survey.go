package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/diag"
)

// survey is what a request's functions are made of right now.
type survey struct {
	toolchain toolchain
	closure   Closure
	seen      snapshot
	known     bool // the stamp of an earlier run still holds
}

// stamp is a survey as the next run finds it.
type stamp struct {
	Seen    snapshot `json:"seen"`
	Closure Closure  `json:"closure"`
}

// attempts bounds how often a survey or a build follows sources that move.
const attempts = 3

// settling is how old the last change must be for one listing to be enough. It
// covers file systems that count in whole seconds, and clocks that disagree.
const settling = 2 * time.Second

// Inspect says what functions are made of, without building them. It costs one
// `go list`, or none when the store remembers a build of the same tree.
func Inspect(ctx context.Context, r Request) (Closure, error) {
	r, err := r.normal()
	if err != nil {
		return Closure{}, err
	}
	v, err := takeSurvey(ctx, r, store{dir: r.Store})
	return v.closure, err
}

// takeSurvey trusts the last stamp when all that it looked at is as it was, and
// else asks the go command.
func takeSurvey(ctx context.Context, r Request, s store) (survey, error) {
	t, err := findToolchain(ctx, r)
	if err != nil {
		return survey{}, err
	}
	if err := missingEntrypoints(r); err != nil {
		return survey{}, err
	}
	var last stamp
	if s.readStamp(stampID(r, t), &last) {
		seen, err := last.Seen.watched().take(ctx, last.Seen.Pinned, r.Jobs)
		if err == nil && seen.same(last.Seen) {
			return survey{toolchain: t, closure: last.Closure, seen: seen, known: true}, nil
		}
	}
	return listAll(ctx, r, t, last.Seen.Pinned)
}

// listAll asks the go command what the functions are made of. A listing and the
// hashes of its files must show one state: when something changed so lately that
// it may have been in between, both are done again until they agree.
func listAll(ctx context.Context, r Request, t toolchain, known map[string]pin) (survey, error) {
	began := time.Now()
	out, err := t.list(ctx, r.Functions)
	for range attempts {
		if err != nil {
			return survey{}, err
		}
		v, err := describe(ctx, r, t, out, known)
		if err != nil || v.seen.youngest.Before(began.Add(-settling)) {
			return v, err
		}
		began = time.Now()
		again, err := t.list(ctx, r.Functions)
		if err != nil {
			return survey{}, err
		}
		unmoved, err := v.unmoved(ctx, r.Jobs)
		if err != nil || unmoved && bytes.Equal(out, again) {
			return v, err
		}
		out = again
	}
	return survey{}, stillMoving()
}

func describe(ctx context.Context, r Request, t toolchain, out []byte, known map[string]pin) (survey, error) {
	packages, err := parseList(out)
	if err != nil {
		return survey{}, err
	}
	if err := loadErrors(r, packages); err != nil {
		return survey{}, err
	}
	if err := unanswered(r, packages); err != nil {
		return survey{}, err
	}
	w, err := watchFor(t, packages)
	if err != nil {
		return survey{}, err
	}
	seen, err := w.take(ctx, known, r.Jobs)
	return survey{toolchain: t, closure: makeClosure(r, t, packages, seen), seen: seen}, err
}

// unmoved says whether nothing was written since the survey.
func (v survey) unmoved(ctx context.Context, jobs int) (bool, error) {
	now, err := v.seen.watched().take(ctx, v.seen.Pinned, jobs)
	return err == nil && now.untouched(v.seen), err
}

// stampID names what a stamp is for; all of it is known before anything is read.
func stampID(r Request, t toolchain) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "stamp 1\n%q\n%q\n%q\n", r.Root, r.Functions, zipFormat())
	fmt.Fprintf(sum, "%q\n%q\n", fixedFlags(t.mod), fixedEnv(r.Target))
	fmt.Fprintf(sum, "%q\n%q\n%q\n%q\n", t.goCommand, t.version, t.goroot, t.modCache)
	return hexOf(sum)
}

// missingEntrypoints are functions without a folder; the generator makes it.
func missingEntrypoints(r Request) error {
	var findings diag.List
	for _, f := range r.Functions {
		if !isDir(filepath.Join(r.Root, filepath.FromSlash(f.Dir))) {
			findings = append(findings, noEntrypoint(f, "is not there"))
		}
	}
	return findings.Err()
}

// loadErrors are the findings of a listing: packages that cannot be loaded, and
// entrypoints that are none.
func loadErrors(r Request, packages []listed) error {
	var findings diag.List
	for _, p := range packages {
		if p.Error == nil {
			continue
		}
		if i := emptyEntrypoint(r, p); i >= 0 {
			findings = append(findings, noEntrypoint(r.Functions[i], "has no Go files for "+r.Target.GOOS+"/"+r.Target.GOARCH))
			continue
		}
		findings = append(findings, loadError(*p.Error))
	}
	return append(findings, notMain(r, packages)...).Err()
}

// unanswered reports what a listing left out: the package of a function, or one
// that another imports. A closure without it would have a key that does not
// change when it does.
func unanswered(r Request, packages []listed) error {
	dirs, paths := map[string]bool{}, map[string]bool{}
	for _, p := range packages {
		dirs[p.Dir], paths[p.ImportPath] = true, true
	}
	var missing []string
	for _, f := range r.Functions {
		if !dirs[filepath.Join(r.Root, filepath.FromSlash(f.Dir))] {
			missing = append(missing, "./"+f.Dir)
		}
	}
	for _, p := range packages {
		for _, path := range p.Deps {
			if !paths[path] && path != "C" {
				missing = append(missing, path)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return incomplete(slices.Compact(missing))
}

// emptyEntrypoint finds the function whose folder holds no package.
func emptyEntrypoint(r Request, p listed) int {
	if len(p.GoFiles) > 0 || !strings.Contains(p.Error.Err, "no Go files") && !strings.Contains(p.Error.Err, "build constraints exclude all Go files") {
		return -1
	}
	return slices.IndexFunc(r.Functions, func(f Function) bool {
		dir := filepath.Join(r.Root, filepath.FromSlash(f.Dir))
		return p.Dir == dir || path.Clean(p.ImportPath) == path.Clean(f.Dir)
	})
}

func notMain(r Request, packages []listed) diag.List {
	named := map[string]string{}
	for _, p := range packages {
		named[p.Dir] = p.Name
	}
	var findings diag.List
	for _, f := range r.Functions {
		name := named[filepath.Join(r.Root, filepath.FromSlash(f.Dir))]
		if name != "" && name != "main" {
			findings = append(findings, noEntrypoint(f, "is package "+name+", not package main"))
		}
	}
	return findings
}

// save has the next run find this survey.
func (v survey) save(r Request, s store) error {
	if v.known {
		return nil
	}
	return s.writeJSON(s.stampPath(stampID(r, v.toolchain)), stamp{Seen: v.seen, Closure: v.closure})
}

// dirOfWork makes a folder for binaries that nobody else uses.
func dirOfWork(s store) (string, error) {
	dir, err := os.MkdirTemp(s.tmpDir(), "build-*")
	return dir, s.explain(err)
}
