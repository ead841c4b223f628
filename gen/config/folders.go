package config

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/seastack/seastack/gen/diag"
)

// placed is a folder of the configuration, and where it is written.
type placed struct {
	name, path string
	at         hcl.Range // without lines for a default
}

// sql reports whether the folder has migrations, which may lie in a folder of code.
func (p placed) sql() bool { return p.name == "migrations" || p.name == "analytics_migrations" }

// code reports whether Go packages are looked for in the folder.
func (p placed) code() bool { return p.name == "services" || p.name == "stacks" }

// placedFolders returns the folders, the defaults among them.
func placedFolders(f *folders) []placed {
	all := defaultFolders(f)
	if f == nil {
		f = &folders{}
	}
	list := []placed{
		{"services", all.Services, f.ServicesRange}, {"stacks", all.Stacks, f.StacksRange},
		{"terraform", all.Terraform, f.TerraformRange}, {"migrations", all.Migrations, f.MigrationsRange},
		{"analytics_migrations", all.AnalyticsMigrations, f.AnalyticsRange},
	}
	for i := range list {
		list[i].at.Filename = FileName
	}
	return list
}

func checkFolders(f *folders) (l diag.List) {
	if f == nil {
		return nil
	}
	all := placedFolders(f)
	for _, p := range all {
		if message, next := p.refused(); message != "" {
			l = append(l, finding(diag.BadFolder, p.at, "folder "+quote(p.path)+" "+message, next))
		}
	}
	if len(l) > 0 {
		return l
	}
	return overlaps(all)
}

var drive = regexp.MustCompile(`^[A-Za-z]:`)

// refused returns what is wrong with a folder's path on its own.
func (p placed) refused() (message, next string) {
	const inside = "is not a clean path inside of the module"
	clean := path.Clean(strings.ReplaceAll(p.path, `\`, "/"))
	example := `write it from the module's root, as in "core/services"`
	switch {
	case p.path == "":
		return "has no name", example
	case path.IsAbs(clean), drive.MatchString(clean), clean == "..", strings.HasPrefix(clean, "../"):
		return inside, example
	case clean == ".":
		return "is the module itself, and " + p.name + " need a folder of their own", `write it as in ` + p.name + ` = "` + path.Base(p.fallback()) + `"`
	case strings.Contains(p.path, `\`):
		return "has backslashes", "write " + quote(clean) + ", on every system"
	case clean != p.path:
		return inside, "write " + quote(clean)
	}
	return p.reserved()
}

func (p placed) fallback() string {
	for _, d := range placedFolders(nil) {
		if d.name == p.name {
			return d.path
		}
	}
	return p.name
}

// reserved returns why a folder belongs to somebody else.
func (p placed) reserved() (message, next string) {
	for _, element := range strings.Split(p.path, "/") {
		switch {
		case element == ".git" || element == ".seastack" || element == ".terraform":
			return "is in " + element + ", which a tool keeps for itself", "choose another folder"
		case p.code() && (element == "testdata" || element == "vendor" || element[0] == '.' || element[0] == '_'):
			return "is one that Go leaves out of a module's packages, because of " + quote(element), "rename it"
		}
	}
	return "", ""
}

// overlaps reports folders in one another: what is in both would be taken for
// one and the other. Migrations may lie in the folder of the services.
func overlaps(all []placed) (l diag.List) {
	for i, p := range all {
		for _, q := range all[:i] {
			switch {
			case !within(p.path, q.path) && !within(q.path, p.path):
			case p.sql() && !strings.EqualFold(p.path, q.path):
			default:
				at := p.at
				if at.Start.Line == 0 {
					at = q.at
				}
				l = append(l, finding(diag.BadFolder, at, "the folders "+q.name+" = "+quote(q.path)+" and "+p.name+" = "+quote(p.path)+" overlap", "give each a folder of its own"))
			}
		}
	}
	return l
}

// within reports whether a folder is another one or below it. Letters' case
// makes no difference on the disks of macOS and Windows.
func within(inner, outer string) bool {
	return strings.HasPrefix(strings.ToLower(inner)+"/", strings.ToLower(outer)+"/")
}

// checkOnDisk reports folders that are something else on disk. One that is not
// there is fine.
func checkOnDisk(root string, f *folders) (l diag.List) {
	for _, p := range placedFolders(f) {
		for _, part := range parents(p.path) {
			info, err := os.Lstat(filepath.Join(root, filepath.FromSlash(part)))
			message, next := "", "make it a folder, or name another one for "+p.name+" in "+FileName
			switch {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				message = "cannot be looked at: " + err.Error()
			case info.Mode()&fs.ModeSymlink != 0 && !p.sql():
				message = "is a symbolic link, which Go does not follow"
			case info.Mode()&fs.ModeSymlink == 0 && !info.IsDir():
				message = "is a file"
			}
			if message != "" {
				l = append(l, finding(diag.BadFolder, p.at, "folder "+quote(part)+" of "+p.name+" "+message, next))
				break
			}
		}
	}
	return l
}

// parents returns a path's parts from the top: a, a/b, a/b/c.
func parents(p string) (all []string) {
	for i := range p {
		if p[i] == '/' {
			all = append(all, p[:i])
		}
	}
	return append(all, p)
}
