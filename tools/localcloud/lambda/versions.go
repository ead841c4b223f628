package lambda

import (
	"cmp"
	"context"
	"strconv"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type publishInput struct {
	CodeSha256  string
	Description *string
	RevisionId  string
}

func (s *Service) publishVersion(_ context.Context, c *wire.Call, in *publishInput) (*Configuration, error) {
	r, err := s.names.Target(c)
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
			return apierror.StaleRevision()
		}
		if have := f.Latest.Config.CodeSha256; in.CodeSha256 != "" && in.CodeSha256 != have {
			return apierror.Invalid("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). "+
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

// publishTx publishes $LATEST as a version, or returns the last version if
// nothing has changed since. The caller stores f.
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
	v.Config.FunctionArn = s.names.ARN(names.Reference{Name: name, Qualifier: v.Config.Version})
	v.Config.RevisionId = uuid.NewString()
	optional.Set(&v.Config.Description, description)
	f.NextVersion++
	return v, s.versions.PutTx(tx, versionKey(name, v.Config.Version), v)
}

type listFunctionsOutput struct {
	Functions  []*Configuration
	NextMarker *string `json:",omitempty"`
}

func (s *Service) listFunctions(_ context.Context, c *wire.Call, _ *names.None) (*listFunctionsOutput, error) {
	all, err := s.functions.List("")
	if err != nil {
		return nil, err
	}
	var shown []*Configuration
	for _, f := range all {
		r := names.Reference{Name: f.Latest.Config.FunctionName}
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
	out.Functions, out.NextMarker, err = listing.Page(c, shown, listing.MaxItems)
	return out, err
}

type listVersionsOutput struct {
	Versions   []*Configuration
	NextMarker *string `json:",omitempty"`
}

func (s *Service) listVersions(_ context.Context, c *wire.Call, _ *names.None) (*listVersionsOutput, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	f, ok, err := s.functions.Get(r.Name)
	if err != nil || !ok {
		return nil, cmp.Or[error](err, apierror.NotFound("Function not found: %s", s.names.ARN(r)))
	}
	all, err := s.allVersions(f)
	if err != nil {
		return nil, err
	}
	out := &listVersionsOutput{}
	out.Versions, out.NextMarker, err = listing.Page(c, all, listing.MaxItems)
	return out, err
}

// allVersions returns $LATEST and the versions, oldest first.
func (s *Service) allVersions(f function) ([]*Configuration, error) {
	name := f.Latest.Config.FunctionName
	shown := []*Configuration{s.listed(f.Latest, names.Reference{Name: name, Qualifier: names.Latest})}
	versions, err := s.versions.List(names.Prefix(name))
	for _, v := range versions {
		shown = append(shown, s.listed(v, names.Reference{Name: name, Qualifier: v.Config.Version}))
	}
	return shown, err
}

// listed returns a configuration as lists show it, without its state.
func (s *Service) listed(v version, r names.Reference) *Configuration {
	c := v.Config
	c.FunctionArn = s.names.ARN(r)
	return &c
}
