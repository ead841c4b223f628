package artifact

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/store"
)

// VerifyRequest says what to build once more.
type VerifyRequest struct {
	Request
	Want []Result // what to compare with; nil: what Build returns now
	Dir  string   // where to put the copy; "": the system's folder for temporary files
}

// Comparison is one function in one variant of the second build.
type Comparison struct {
	Stack    string `json:"stack"`
	Function string `json:"function"`
	Variant  string `json:"variant"`
	Want     string `json:"want"` // digest of the artifact in the store
	Got      string `json:"got"`  // digest of the second build; "" when it lacks the function
	OK       bool   `json:"ok"`
}

// variant is an environment that must not change a byte.
type variant struct {
	name string
	env  []string
}

// variants are the environments of the second build. The flags of the second
// would change every binary if they were heard.
func variants() []variant {
	return []variant{
		{name: "GOFLAGS unset"},
		{name: "GOFLAGS set", env: []string{
			"GOFLAGS=-buildvcs=true -trimpath=false -tags=seastackverify -gcflags=-N -ldflags=-buildid=verify",
			"GOAMD64=v3", "GOARM64=v9.0", "CGO_ENABLED=1", "GODEBUG=panicnil=1",
		}},
	}
}

// Verify builds everything again from a copy in another folder, with an empty
// build cache and another commit, once for each variant of the environment, and
// compares the digests. The variants share the cache: a setting that reached
// the compiler would miss it.
func Verify(ctx context.Context, vr VerifyRequest) ([]Comparison, error) {
	r, err := vr.normal()
	if err != nil {
		return nil, err
	}
	if vr.Want == nil {
		if vr.Want, err = Build(ctx, r); err != nil {
			return nil, err
		}
	}
	var all []Comparison
	for _, group := range r.groups() {
		compared, err := vr.verify(ctx, group)
		if err != nil {
			return nil, err
		}
		all = append(all, compared...)
	}
	return all, nil
}

// verify is Verify for functions of one architecture.
func (vr VerifyRequest) verify(ctx context.Context, r Request) ([]Comparison, error) {
	want := slices.DeleteFunc(slices.Clone(vr.Want), func(w Result) bool {
		return !slices.ContainsFunc(r.Functions, func(f Function) bool { return f.Stack == w.Stack && f.Name == w.Function })
	})
	v, err := inputs.Take(ctx, r.survey(), store.Store{Dir: r.Store})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(vr.Dir, "seastack-verify-*")
	if err != nil {
		return nil, store.Explain(err, vr.Dir)
	}
	defer os.RemoveAll(dir)
	root, err := copyModule(ctx, r, v, filepath.Join(dir, "tree"))
	if err != nil {
		return nil, store.Explain(err, dir)
	}
	return rebuild(ctx, r, want, root, dir)
}

func rebuild(ctx context.Context, r Request, want []Result, root, dir string) ([]Comparison, error) {
	var comparisons []Comparison
	for n, variant := range variants() {
		again := r
		again.Remote = nil // everything is built
		again.Root, again.Store = root, filepath.Join(dir, "store", strconv.Itoa(n))
		again.Env = variantEnv(r.Env, variant, filepath.Join(dir, "cache"))
		got, err := Build(ctx, again)
		if err != nil {
			return nil, err
		}
		comparisons = append(comparisons, compare(variant.name, want, got)...)
	}
	return comparisons, nil
}

// variantEnv is an environment with the variant's settings in place of the
// user's, and a build cache of its own.
func variantEnv(environ []string, v variant, cache string) []string {
	ours := append([]string{"GOCACHE=" + cache, "GOFLAGS="}, v.env...)
	kept := slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return name == "GOCACHEPROG" || slices.ContainsFunc(ours, func(our string) bool {
			return strings.HasPrefix(our, name+"=")
		})
	})
	return append(kept, ours...)
}

func compare(variant string, want, got []Result) []Comparison {
	digests := map[string]string{}
	for _, r := range got {
		digests[r.Stack+"/"+r.Function] = r.Digest
	}
	comparisons := make([]Comparison, len(want))
	for i, r := range want {
		digest := digests[r.Stack+"/"+r.Function]
		comparisons[i] = Comparison{
			Stack: r.Stack, Function: r.Function, Variant: variant,
			Want: r.Digest, Got: digest, OK: digest == r.Digest,
		}
	}
	return comparisons
}
