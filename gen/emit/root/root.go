// Package root writes the roots: per environment one of the platform and one of
// each stack, with backend, provider and a call of the module. They are thin:
// what an environment's values are, and nothing about resources.
package root

import (
	"path"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// scope is what one root is about.
type scope struct {
	model       model.Model
	config      config.Config
	environment config.Environment
	name        string // names.Platform or the stack's name
	owner       string // of the stack; may be empty
}

// Files returns the roots of all environments that are deployed.
func Files(m model.Model, c config.Config) []output.File {
	var files []output.File
	for _, e := range c.Environments {
		if e.IsTemplate() {
			continue
		}
		s := scope{model: m, config: c, environment: e, name: names.Platform}
		files = append(files, s.file(platform(s))...)
		for _, st := range m.Stacks {
			s := scope{model: m, config: c, environment: e, name: st.Name, owner: st.Owner}
			files = append(files, s.file(stack(s, st))...)
		}
	}
	return files
}

func (s scope) file(f *tf.File) []output.File {
	return tf.Files(names.RootDir(s.config.Folders, s.environment.Name, s.name), map[string]*tf.File{"main": f})
}

// head starts a root: backend and provider.
func (s scope) head() *tf.File { return s.headFor("") }

// headFor is head for a root that needs some versions of the provider; "": it needs
// none but those of all roots.
func (s scope) headFor(versions string) *tf.File {
	f := tf.New("")
	c := s.config
	if versions != "" {
		c.Provider += ", " + versions
	}
	s.backend(convention.Terraform(f, c))
	s.provider(f)
	return f
}

// module calls a module, given by its folder.
func (s scope) module(f *tf.File, label, dir string) *tf.Body {
	here := names.RootDir(s.config.Folders, s.environment.Name, s.name)
	b := f.Block("module", label)
	b.Set("source", relative(here, dir))
	b.Gap()
	b.Set("environment", s.environment.Name)
	return b
}

// relative returns the way from a root's folder to a module's: both are in the
// Terraform folder, the root three levels below it.
func relative(root, module string) string {
	top := path.Dir(path.Dir(path.Dir(root)))
	return "../../../" + strings.TrimPrefix(module, top+"/")
}
