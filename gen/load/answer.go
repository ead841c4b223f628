package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/diag"
)

// unanswered returns what the go command was asked for and did not answer: the
// folders without a package, and the imports without types. go/packages takes
// a `go list` that failed for one that found nothing, because it cannot tell
// the failure of a package's build from any other.
func unanswered(root string, folders []string, roots []*packages.Package) []string {
	found := map[string]*packages.Package{}
	for _, p := range roots {
		found[relative(root, p.Dir)] = p
	}
	var missing []string
	for _, folder := range folders {
		if p := found[folder]; p == nil || len(p.Syntax) == 0 && len(p.Errors) == 0 {
			missing = append(missing, "./"+folder)
		}
	}
	return append(missing, withoutTypes(roots)...)
}

// withoutTypes returns the imported packages that have no export data though
// nothing is wrong with them or with what they import.
func withoutTypes(roots []*packages.Package) []string {
	var missing []string
	asked, broken := map[*packages.Package]bool{}, map[*packages.Package]bool{}
	for _, p := range roots {
		asked[p] = true
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		broken[p] = len(p.Errors) > 0
		for _, imported := range p.Imports {
			broken[p] = broken[p] || broken[imported]
		}
		if p.ExportFile == "" && !asked[p] && !broken[p] && p.PkgPath != "unsafe" {
			missing = append(missing, p.PkgPath)
		}
	})
	return missing
}

// illTyped reports whether the type checker refused a package whose handlers
// would then be left out.
func illTyped(roots []*packages.Package) bool {
	for _, p := range roots {
		if p.IllTyped && len(p.Syntax) > 0 {
			return true
		}
	}
	return false
}

// noAnswer returns the finding for what the go command did not answer. It runs
// the same listing once more, because go/packages keeps the reason to itself.
func noAnswer(ctx context.Context, root string, missing, patterns []string) (diag.List, error) {
	said, err := reason(ctx, root, patterns)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if said == "" {
		said = "it worked when it was asked again; it may have been killed"
		if err != nil {
			said = "go list: " + err.Error()
		}
	}
	d := refusal(root, said)
	d.Details = append(d.Details, "there is no answer for "+some(missing))
	return diag.List{d}, nil
}

// reason returns what `go list` prints to its standard error.
func reason(ctx context.Context, root string, patterns []string) (string, error) {
	cfg := configure(ctx, root, nil)
	cmd := exec.CommandContext(ctx, "go", listArguments(cfg.BuildFlags, patterns)...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stderr = root, append(cfg.Env, "PWD="+root), &stderr
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	return strings.TrimSpace(stderr.String()), err
}

// listArguments are those of go/packages, as far as they can make it fail.
func listArguments(flags, patterns []string) []string {
	args := append([]string{"list", "-e", "-export", "-deps", "-f", "{{with .Error}}{{end}}"}, flags...)
	return append(append(args, "--"), patterns...)
}

// goFailed returns the finding for a go command that lists nothing at all.
func goFailed(root string, err error) diag.Diagnostic {
	said := err.Error()
	if _, stderr, found := strings.Cut(said, "stderr: "); found && strings.TrimSpace(stderr) != "" {
		said = stderr
	}
	if errors.Is(err, exec.ErrNotFound) || strings.Contains(said, exec.ErrNotFound.Error()) {
		return diag.Diagnostic{
			Code: diag.CannotLoad, Message: "there is no go command on the PATH",
			Next: "install Go (https://go.dev/dl), or add the folder of the go command to PATH",
		}
	}
	return refusal(root, said)
}

// refusal is a finding in the go command's own words, at the file that they
// name.
func refusal(root, said string) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.CannotLoad, Message: "the go command cannot list the packages", Next: nextBuild}
	if said = strings.TrimSpace(said); said != "" {
		said = strings.ReplaceAll(said, root+string(filepath.Separator), "")
		d.Details = strings.Split(said, "\n")
	}
	if m := moduleFile.FindStringSubmatch(said); m != nil {
		d.File = m[1]
		d.Line, _ = strconv.Atoi(m[2]) // 0 where it is none
	}
	for _, step := range steps {
		if strings.Contains(said, step.words) {
			d.Next = step.next
			if d.File == "" {
				d.File = step.file
			}
			break
		}
	}
	return d
}

// moduleFile finds the position in a module's file.
var moduleFile = regexp.MustCompile(`(?m)^(?:go: )?(go\.(?:mod|sum)):(\d+):`)

// steps tell what to do by the words of the go command.
var steps = []struct{ words, file, next string }{
	{"updates to go.mod needed", "go.mod", "run: go mod tidy"},
	{"missing go.sum entry", "go.sum", "run: go mod tidy"},
	{"malformed go.sum", "go.sum", "resolve the conflict in go.sum, or remove the line, and run: go mod tidy"},
	{"errors parsing go.mod", "go.mod", "correct go.mod"},
	{"inconsistent vendoring", "vendor/modules.txt", "run: go mod vendor"},
	{"checksum mismatch", "go.sum", "find out who changed the module; then restore go.sum, or run: go mod tidy"},
	{"GOCACHE is not defined", "", home}, {"neither GOMODCACHE nor GOPATH", "", home},
	{"GOCACHE", "", "unset GOCACHE, or set it to a folder that you may write"},
	{"no space left on device", "", "free some space (Go's build cache: go clean -cache), and run the command again"},
	{"signal: ", "", again}, {"JSON decoding failed", "", again}, {"asked again", "", again},
	{"toolchain not available", "go.mod", "install the version of Go that go.mod asks for (https://go.dev/dl)"},
	{"requires go >=", "go.mod", "install the version of Go that go.mod asks for (https://go.dev/dl)"},
}

const home = "set HOME, or GOPATH and GOCACHE"

const again = "run the command again; if the go command is killed again, the machine may lack memory"

// some lists the first few of many.
func some(all []string) string {
	const few = 3
	if len(all) <= few {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:few], ", "), len(all)-few)
}
