package mirror

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Where the provider's source keeps the lists that decide what is linked in.
const (
	serviceDir   = "internal/service/"
	registryFile = "internal/provider/sdkv2/service_packages_gen.go"
	clientsFile  = "internal/conns/awsclient_gen.go"
)

// trimmed is the part of the provider's source that the build needs.
type trimmed struct {
	tree     tree
	files    []string // every file to copy, relative, sorted
	services []string // registered: the asked for and what they need, sorted
}

// trim reduces the provider's lists of services, of API clients and of names to the
// named services and what these need. The resources' code stays as it is.
//
// A service needs those that it imports and those whose API client it asks for:
// the provider panics on the client of a service that is not registered. Either
// may need more, so the list grows until it needs nothing that it lacks.
func trim(src tree, names []string) (trimmed, error) {
	if err := src.known(names); err != nil {
		return trimmed{}, err
	}
	owners, err := clientOwners(src)
	if err != nil {
		return trimmed{}, err
	}
	for registered := sorted(names); ; {
		t, used, err := trimTo(src, registered)
		if err != nil {
			return trimmed{}, err
		}
		needed := slices.Clone(t.services)
		for client, service := range owners {
			if used[client] {
				needed = append(needed, service)
			}
		}
		if needed = sorted(needed); slices.Equal(needed, registered) {
			return t, nil
		}
		registered = needed
	}
}

// known refuses services that the provider does not have.
func (t tree) known(names []string) error {
	for _, n := range names {
		if _, err := os.Stat(filepath.Join(t.root, filepath.FromSlash(serviceDir), n)); err != nil {
			return fmt.Errorf("the provider has no service %q: %w", n, err)
		}
	}
	return nil
}

// trimTo registers exactly these services. It returns every service that is
// linked in with them and the names that the linked packages select.
func trimTo(src tree, registered []string) (trimmed, map[string]bool, error) {
	src.overlay = map[string][]byte{}
	err := src.edit(registryFile, func(f *goFile) error { return cutRegistry(f, src.module, registered) })
	if err != nil {
		return trimmed{}, nil, err
	}
	pkgs, err := src.closure(".")
	if err != nil {
		return trimmed{}, nil, err
	}
	used, err := selectedNames(src, pkgs)
	if err != nil {
		return trimmed{}, nil, err
	}
	if err := src.edit(clientsFile, func(f *goFile) error { return cutClients(f, used) }); err != nil {
		return trimmed{}, nil, err
	}
	linked := linkedServices(pkgs)
	serviceNames, err := src.read(serviceNamesFile)
	if err != nil {
		return trimmed{}, nil, err
	}
	if src.overlay[serviceNamesFile], err = cutServiceNames(serviceNames, linked); err != nil {
		return trimmed{}, nil, err
	}
	files, err := src.sources(pkgs)
	return trimmed{tree: src, files: files, services: linked}, used, err
}

// edit applies a change to one file of the tree, in memory.
func (t tree) edit(rel string, change func(*goFile) error) error {
	f, err := t.parse(rel)
	if err != nil {
		return err
	}
	if err := change(f); err != nil {
		return fmt.Errorf("%s: %w", rel, err)
	}
	t.overlay[rel], err = f.bytes()
	return err
}

// linkedServices returns the services among the packages.
func linkedServices(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		if s, ok := strings.CutPrefix(p.dir, serviceDir); ok {
			out = append(out, strings.SplitN(s, "/", 2)[0])
		}
	}
	return sorted(out)
}

// selectedNames returns every y of the expressions x.y in the packages.
func selectedNames(t tree, pkgs []pkg) (map[string]bool, error) {
	names := map[string]bool{}
	for _, p := range pkgs {
		for _, name := range p.files {
			f, err := t.parse(path.Join(p.dir, name))
			if err != nil {
				return nil, err
			}
			f.addSelected(names)
		}
	}
	return names, nil
}

// sorted returns the distinct strings in order.
func sorted(s []string) []string {
	out := slices.Clone(s)
	slices.Sort(out)
	return slices.Compact(out)
}
