package mirror

import (
	"errors"
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path"
	"slices"
)

// cutRegistry cuts every "x.ServicePackage(ctx)" of a list whose x is not kept.
func cutRegistry(f *goFile, module string, keep []string) error {
	var kept []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		list, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		for _, elt := range list.Elts {
			switch s := calledPackage(elt, "ServicePackage"); {
			case s == "":
			case slices.Contains(keep, s):
				kept = append(kept, s)
			default:
				f.cut(elt)
			}
		}
		return true
	})
	if !slices.Equal(sorted(kept), keep) {
		return fmt.Errorf("it registers %v of %v: the provider's source has another layout than expected", kept, keep)
	}
	f.cutUnusedImports(module + "/" + serviceDir)
	return nil
}

// calledPackage returns x when e is the call x.fn(...), else "".
func calledPackage(e ast.Expr, fn string) string {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return ""
	}
	x, name := selector(call.Fun)
	if name != fn {
		return ""
	}
	return x
}

// cutClients cuts the methods that nothing selects: each one links in the SDK
// of a whole AWS service.
func cutClients(f *goFile, used map[string]bool) error {
	all := methods(f.ast)
	if len(all) == 0 {
		return errors.New("it has no methods: the provider's source has another layout than expected")
	}
	for _, fn := range all {
		if !used[fn.Name.Name] {
			f.cut(fn)
		}
	}
	f.cutUnusedImports("github.com/aws/aws-sdk-go-v2/service/")
	return nil
}

// clientOwners maps each client accessor ("EC2Client") to the directory name of
// the service that makes the client ("ec2"). The two meet in a constant of the
// provider's package names, which the accessor asks for and the service returns.
func clientOwners(src tree) (map[string]string, error) {
	serviceOf, err := serviceConstants(src)
	if err != nil {
		return nil, err
	}
	f, err := src.parse(clientsFile)
	if err != nil {
		return nil, err
	}
	owners := map[string]string{}
	for _, fn := range methods(f.ast) {
		if s := serviceOf[nameConstant(fn)]; s != "" {
			owners[fn.Name.Name] = s
		}
	}
	return owners, nil
}

// serviceConstants maps each constant that a service's ServicePackageName
// returns to the directory name of the service.
func serviceConstants(src tree) (map[string]string, error) {
	const file = "service_package_gen.go"
	found, err := fs.Glob(os.DirFS(src.root), path.Join(serviceDir, "*", file))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 { // a glob takes a folder that cannot be read for an empty one
		return nil, fmt.Errorf("no %s below %s in %s", file, serviceDir, src.root)
	}
	out := map[string]string{}
	for _, name := range found {
		service := path.Base(path.Dir(name))
		f, err := src.parse(path.Join(serviceDir, service, file))
		if err != nil {
			return nil, err
		}
		for _, fn := range methods(f.ast) {
			if fn.Name.Name == "ServicePackageName" {
				out[nameConstant(fn)] = service
			}
		}
	}
	return out, nil
}

// nameConstant returns X of the first names.X in the function.
func nameConstant(fn *ast.FuncDecl) string {
	var found string
	ast.Inspect(fn, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && found == "" {
			if x, name := selector(e); x == "names" {
				found = name
			}
		}
		return found == ""
	})
	return found
}
