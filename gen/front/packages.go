package front

import (
	"go/token"
	"maps"
	"path"
	"slices"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// The settings of a function for which neither its own annotation nor its
// stack's says anything.
const (
	defaultMemory  = 256 // MB
	defaultTimeout = 10  // seconds
)

// collectPackage adds a package's stack and handlers to the model.
func (b *builder) collectPackage(p *load.Package) {
	settings, found := b.stackAnnotation(p)
	if found && p.Role == load.Stack && b.usable(p, settings.Pos) {
		b.stacks[p.PkgPath] = b.stack(p, settings)
		b.places[p.PkgPath] = settings.Pos
	}
	for _, d := range p.Declarations {
		if d.Place == annotation.OnFunc {
			b.handler(p, d, settings)
		}
	}
}

// stackAnnotation finds a package's stack annotation, in whichever file it is.
func (b *builder) stackAnnotation(p *load.Package) (first annotation.Annotation, found bool) {
	for _, d := range p.Declarations {
		if d.Place != annotation.OnPackage {
			continue
		}
		a := d.Annotations[0]
		switch {
		case p.Role != load.Stack:
			b.add(diag.New(diag.WrongPlace, a.Pos, "seastack:stack stands in "+p.Folder+", but a stack is a folder right under "+b.config.Folders.Stacks,
				"move the package to "+b.config.Folders.Stacks+"/"+p.Named()+", or remove the annotation"))
		case found:
			b.add(diag.New(diag.DuplicateAnnotation, a.Pos, "a second seastack:stack in the same package", "keep one",
				"the first is at "+first.Pos.String()))
		default:
			first, found = a, true
		}
	}
	return first, found
}

// usable checks what an entrypoint and AWS need of a stack's package.
func (b *builder) usable(p *load.Package, at token.Position) bool {
	message, next := "", ""
	switch name := p.Named(); {
	case p.Name == "main":
		message, next = "package main cannot be a stack: entrypoints could not import it", "name the package as its folder"
	case name == names.Platform:
		message, next = "a stack cannot be called platform: that is where the resources are that stacks share", "rename the folder"
	case !annotation.ValidName(name):
		message, next = "the folder "+name+" is not a stack's name: "+annotation.NameRule, "rename the folder"
	case token.IsIdentifier(name) && name != p.Name:
		message, next = "package "+p.Name+" stands in the folder "+name+", by whose name entrypoints call it", "give the package the folder's name"
	default:
		return true
	}
	b.add(diag.New(diag.BadPackage, at, message, next))
	return false
}

func (b *builder) stack(p *load.Package, a annotation.Annotation) *model.Stack {
	s := &model.Stack{Name: p.Named(), Package: p.PkgPath, Dir: p.Folder, Functions: []model.Function{}}
	if settings, ok := a.Value.(*annotation.Stack); ok {
		s.Owner = settings.Owner
	}
	return s
}

func (b *builder) emptyStacks() diag.List {
	var list diag.List
	for _, path := range slices.Sorted(maps.Keys(b.stacks)) {
		if s := b.stacks[path]; len(s.Functions) == 0 {
			list = append(list, diag.New(diag.EmptyStack, b.places[path], "the stack "+s.Name+" has no handlers",
				"annotate a function, as in //seastack:http GET /"+s.Name+", or remove //seastack:stack"))
		}
	}
	return list
}

// entrypoint is the folder of a function's main.go, from the module's root.
func entrypoint(p *load.Package, function string) string {
	return path.Join(p.Folder, load.EntrypointFolder, function)
}

func position(at token.Position) model.Position {
	return model.Position{File: at.Filename, Line: at.Line, Column: at.Column}
}
