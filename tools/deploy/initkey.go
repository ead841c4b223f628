package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// initKey returns a digest that changes when an init is needed anew: of the
// folder, into which links below .terraform lead, and of what its files and those
// of the modules in this repository say of the backend, of versions, of modules'
// sources and of providers.
func initKey(r Root) (string, error) {
	needs, err := folderNeeds(r.Dir, nil)
	if err != nil {
		return "", err
	}
	if len(needs) == 0 {
		return "", fmt.Errorf("%s has no .tf file", r.Dir)
	}
	slices.Sort(needs)
	sum := sha256.Sum256([]byte(r.Dir + "\n" + strings.Join(slices.Compact(needs), "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// folderNeeds returns what an init makes of the files in a folder and in those of
// the local modules that they call: an init notes each call. within holds the
// folders that lead here, of modules that call one another.
func folderNeeds(dir string, within []string) (needs []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil || slices.Contains(within, dir) {
		return nil, err
	}
	within = append(slices.Clone(within), dir)
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all, modules := initNeeds(src, file)
		for _, source := range modules {
			inside, err := folderNeeds(filepath.Join(dir, filepath.FromSlash(source)), within)
			if err != nil {
				return nil, err
			}
			all = append(all, inside...)
		}
		needs = append(needs, all...)
	}
	return needs, nil
}

// initNeeds returns what an init makes of a file. A file that is not HCL stands
// for itself: terraform says what is wrong with it. modules are the sources of
// the local modules that it calls.
func initNeeds(src []byte, file string) (needs, modules []string) {
	parsed, diags := hclsyntax.ParseConfig(src, file, hcl.InitialPos)
	if diags.HasErrors() {
		return []string{string(src)}, nil
	}
	for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
		switch b.Type {
		case "terraform":
			needs = append(needs, tokens(src[b.OpenBraceRange.Start.Byte:b.CloseBraceRange.End.Byte]))
		case "module", "provider":
			needs = append(needs, fmt.Sprintf("%s %q %s %s",
				b.Type, b.Labels, attribute(b, "source", src), attribute(b, "version", src)))
			if source, isLocal := moduleSource(b, src); b.Type == "module" && isLocal {
				modules = append(modules, source)
			}
		case "resource", "data", "ephemeral":
			needs = append(needs, "provider "+providerOf(b, src))
		}
	}
	return needs, modules
}

// moduleSource returns where the module of a call is, and whether that is a folder
// of this repository.
func moduleSource(call *hclsyntax.Block, src []byte) (source string, isLocal bool) {
	source = strings.Trim(attribute(call, "source", src), `"`)
	return source, strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../")
}

// tokens returns HCL without what means nothing: comments and spaces.
func tokens(src []byte) string {
	var b strings.Builder
	all, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos) // it has been parsed
	for _, t := range all {
		if t.Type != hclsyntax.TokenComment && t.Type != hclsyntax.TokenNewline {
			b.Write(t.Bytes)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// attribute returns the source of an attribute's value, or nothing.
func attribute(b *hclsyntax.Block, name string, src []byte) string {
	a, ok := b.Body.Attributes[name]
	if !ok {
		return ""
	}
	return string(a.Expr.Range().SliceBytes(src))
}

// providerOf returns the provider of a resource: the one that it names, or else
// that of its type.
// https://developer.hashicorp.com/terraform/language/resources/configure#provider
func providerOf(b *hclsyntax.Block, src []byte) string {
	name := attribute(b, "provider", src)
	if name == "" && len(b.Labels) > 0 {
		name, _, _ = strings.Cut(b.Labels[0], "_")
	}
	name, _, _ = strings.Cut(name, ".") // an alias is of the same provider
	return name
}
