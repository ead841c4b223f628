package lambda

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type publishInput struct {
	CodeSha256  string
	Description *string
	RevisionId  string
}

func (s *Service) publishVersion(_ context.Context, c *wire.Call, in *publishInput) (*Configuration, error) {
	r, err := s.target(c)
	if err != nil {
		return nil, err
	}
	r.Qualifier = ""
	var v version
	err = s.update(func(tx *store.Tx) error {
		f, err := s.functionTx(tx, r)
		if err != nil {
			return err
		}
		if in.RevisionId != "" && in.RevisionId != f.Latest.Config.RevisionId {
			return staleRevision()
		}
		if have := f.Latest.Config.CodeSha256; in.CodeSha256 != "" && in.CodeSha256 != have {
			return invalid("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). "+
				"Please try again with the CodeSHA256 in $LATEST.", in.CodeSha256, have)
		}
		if v, err = s.publishTx(tx, &f, in.Description); err != nil {
			return err
		}
		return s.functions.PutTx(tx, r.Name, f)
	})
	if err != nil {
		return nil, err
	}
	r.Qualifier = v.Config.Version
	return s.shown(v, r), nil
}

// publishTx makes a version of $LATEST, or gives the last one when nothing has
// changed since. The caller stores f.
func (s *Service) publishTx(tx *store.Tx, f *function, description *string) (version, error) {
	name := f.Latest.Config.FunctionName
	if f.NextVersion > 1 {
		last, ok, err := s.versions.GetTx(tx, versionKey(name, strconv.Itoa(f.NextVersion-1)))
		if err != nil || ok && last.Build == f.Latest.Build {
			return last, err
		}
	}
	v := f.Latest
	v.Config.Version = strconv.Itoa(f.NextVersion)
	v.Config.FunctionArn = s.arn(reference{name, v.Config.Version})
	v.Config.RevisionId = uuid.NewString()
	set(&v.Config.Description, description)
	f.NextVersion++
	return v, s.versions.PutTx(tx, versionKey(name, v.Config.Version), v)
}

type listFunctionsOutput struct {
	Functions  []*Configuration
	NextMarker *string `json:",omitempty"`
}

func (s *Service) listFunctions(_ context.Context, c *wire.Call, _ *none) (*listFunctionsOutput, error) {
	all, err := s.functions.List("")
	if err != nil {
		return nil, err
	}
	var shown []*Configuration
	for _, f := range all {
		r := reference{Name: f.Latest.Config.FunctionName}
		if c.Query.Get("FunctionVersion") != "ALL" {
			shown = append(shown, s.listed(f.Latest, r))
			continue
		}
		more, err := s.allVersions(f)
		if err != nil {
			return nil, err
		}
		shown = append(shown, more...)
	}
	out := &listFunctionsOutput{}
	out.Functions, out.NextMarker, err = page(c, shown, maxItems)
	return out, err
}

type listVersionsOutput struct {
	Versions   []*Configuration
	NextMarker *string `json:",omitempty"`
}

func (s *Service) listVersions(_ context.Context, c *wire.Call, _ *none) (*listVersionsOutput, error) {
	r, err := s.target(c)
	if err != nil {
		return nil, err
	}
	f, ok, err := s.functions.Get(r.Name)
	if err != nil || !ok {
		return nil, firstError(err, notFound("Function not found: %s", s.arn(r)))
	}
	all, err := s.allVersions(f)
	if err != nil {
		return nil, err
	}
	out := &listVersionsOutput{}
	out.Versions, out.NextMarker, err = page(c, all, maxItems)
	return out, err
}

// allVersions gives $LATEST, then the versions from the oldest on.
func (s *Service) allVersions(f function) ([]*Configuration, error) {
	name := f.Latest.Config.FunctionName
	shown := []*Configuration{s.listed(f.Latest, reference{name, latest})}
	versions, err := s.versions.List(name + "/")
	for _, v := range versions {
		shown = append(shown, s.listed(v, reference{name, v.Config.Version}))
	}
	return shown, err
}

// listed gives a configuration as lists show it: without its state.
func (s *Service) listed(v version, r reference) *Configuration {
	c := v.Config
	c.FunctionArn = s.arn(r)
	return &c
}

// The largest MaxItems of a list: of most, and of those of configurations.
// Whatever is asked for, a page has perPage items at most.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html
const (
	maxItems   = 10000
	maxConfigs = 50
	perPage    = 50
)

// page cuts one page out of a list, for a MaxItems of limit at most. The marker
// is the place of its first item.
func page[T any](c *wire.Call, all []T, limit int) ([]T, *string, error) {
	start, most := 0, perPage
	var v violations
	if m := c.Query.Get("Marker"); m != "" {
		n, err := strconv.Atoi(m)
		if err != nil || n < 0 {
			return nil, nil, invalid("Invalid Marker")
		}
		start = min(n, len(all))
	}
	if m := c.Query.Get("MaxItems"); m != "" {
		n, err := strconv.Atoi(m)
		if err != nil {
			n = 0
		}
		v.between(&n, "maxItems", 1, limit)
		most = min(n, perPage)
	}
	if err := v.err(); err != nil {
		return nil, nil, err
	}
	end := min(start+most, len(all))
	items := append([]T{}, all[start:end]...)
	if end == len(all) {
		return items, nil, nil
	}
	next := strconv.Itoa(end)
	return items, &next, nil
}
