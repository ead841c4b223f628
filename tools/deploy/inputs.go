package deploy

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/seastack/seastack/tools/artifact/digest"
)

// Inputs returns a digest of the files that a plan of the root depends on: its
// own, the lock of its providers and those of the local modules that it calls.
// Together with the state, the outputs of other roots that it reads and what it
// is deployed to, they decide what Terraform plans, unless beyond says what else
// does: a data source that asks AWS, say. Such a root must be planned to know.
func Inputs(r Root) (key, beyond string, err error) {
	in := planInputs{root: r.Dir, hash: sha256.New(), seen: map[string]bool{}}
	if err := in.folder(r.Dir); err != nil {
		return "", "", err
	}
	return digest.Hex(in.hash), in.beyond, nil
}

type planInputs struct {
	root   string
	hash   hash.Hash
	seen   map[string]bool // folders
	beyond string          // the first that was found
}

// lockFile has the versions and the digests of a root's providers.
const lockFile = ".terraform.lock.hcl"

// folder takes a root's or a module's files, and those of the modules that it
// calls.
func (in *planInputs) folder(dir string) error {
	if in.seen[dir] {
		return nil
	}
	in.seen[dir] = true
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != dir && strings.HasPrefix(name, "."):
			return fs.SkipDir
		case d.IsDir(), strings.HasPrefix(name, ".") && name != lockFile, strings.Contains(name, ".tfstate"):
			return nil
		}
		content, err := digest.File(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(in.root, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(in.hash, "%s %s\n", filepath.ToSlash(rel), content)
		if filepath.Dir(path) != dir {
			return nil // a file that is read by its name, or a module that is called by its own
		}
		switch {
		case strings.HasSuffix(name, ".tf.json"):
			in.note("the configuration in " + name)
		case strings.HasSuffix(name, ".tf"):
			return in.file(path)
		}
		return nil
	})
}

func (in *planInputs) note(beyond string) {
	if in.beyond == "" {
		in.beyond = beyond
	}
}

// file looks for what a file's configuration depends on beyond the files, and
// takes the modules that it calls.
func (in *planInputs) file(path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	parsed, diags := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	if diags.HasErrors() {
		in.note("a file that is not HCL: " + filepath.Base(path))
		return nil
	}
	body := parsed.Body.(*hclsyntax.Body)
	var outside []string // files that are read by their names
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.Block:
			if n.Type == "data" && !fixed(n) {
				in.note("the data source " + strings.Join(n.Labels, "."))
			}
		case *hclsyntax.FunctionCallExpr:
			name, known := fileRead(n)
			switch {
			case known:
				outside = append(outside, filepath.Join(filepath.Dir(path), filepath.FromSlash(name)))
			case !pure(n):
				in.note("the function " + n.Name)
			}
		}
		return nil
	})
	for _, name := range outside {
		if err := in.single(name); err != nil {
			return err
		}
	}
	for _, b := range body.Blocks {
		if b.Type != "module" {
			continue
		}
		source, isLocal := moduleSource(b, src)
		if !isLocal {
			in.note("the module " + source)
			continue
		}
		err := in.folder(filepath.Join(filepath.Dir(path), filepath.FromSlash(source)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // a plan says what is wrong with it
			return err
		}
	}
	return nil
}

// single takes one file, or that there is none.
func (in *planInputs) single(path string) error {
	content, err := digest.File(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	rel, err := filepath.Rel(in.root, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(in.hash, "%s %s\n", filepath.ToSlash(rel), content)
	return nil
}

// fixed reports whether a data source depends on nothing but the files, the account
// and the region. The state of the platform is compared by itself; no other is.
func fixed(data *hclsyntax.Block) bool {
	if len(data.Labels) != 2 {
		return false
	}
	switch data.Labels[0] {
	case "aws_caller_identity", "aws_iam_policy_document", "aws_partition", "aws_region":
		return true
	case "terraform_remote_state":
		return data.Labels[1] == "platform"
	}
	return false
}

// impure are the functions whose results are others each time.
// https://developer.hashicorp.com/terraform/language/functions
var impure = []string{"bcrypt", "plantimestamp", "timestamp", "uuid"}

// pure reports whether a call depends on nothing but its arguments and the files.
func pure(call *hclsyntax.FunctionCallExpr) bool {
	if slices.Contains(impure, call.Name) {
		return false
	}
	reads := strings.HasPrefix(call.Name, "file") || call.Name == "templatefile"
	return !reads || len(call.Args) > 0 && withinModule(call.Args[0])
}

// withinModule reports whether a path is written as one of the module's folder:
// "${path.module}/NAME".
func withinModule(e hclsyntax.Expression) bool {
	if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok {
		return isModulePath(t)
	}
	rest, ok := fromModule(e)
	return ok && !strings.Contains(rest, "..")
}

// fileRead returns the path, from the module's folder, of the one file outside of it
// that a call reads: file("${path.module}/../NAME").
func fileRead(call *hclsyntax.FunctionCallExpr) (path string, ok bool) {
	if call.Name != "file" || len(call.Args) != 1 {
		return "", false
	}
	path, ok = fromModule(call.Args[0])
	return path, ok && strings.Contains(path, "..")
}

// fromModule returns what follows "${path.module}" in a path.
func fromModule(e hclsyntax.Expression) (rest string, ok bool) {
	t, ok := e.(*hclsyntax.TemplateExpr)
	if !ok || len(t.Parts) != 2 {
		return "", false
	}
	start, ok := t.Parts[0].(*hclsyntax.ScopeTraversalExpr)
	text, isText := t.Parts[1].(*hclsyntax.LiteralValueExpr)
	if !ok || !isText || !isModulePath(start) {
		return "", false
	}
	return text.Val.AsString(), true
}

func isModulePath(t *hclsyntax.ScopeTraversalExpr) bool {
	if len(t.Traversal) != 2 || t.Traversal.RootName() != "path" {
		return false
	}
	attr, ok := t.Traversal[1].(hcl.TraverseAttr)
	return ok && attr.Name == "module"
}
