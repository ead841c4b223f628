package ssm

import (
	"context"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// shape is a parameter as answers show it.
type shape struct {
	Name, Type, Value string
	Version           int
	Selector          string `json:",omitempty"`
	LastModifiedDate  float64
	ARN, DataType     string
}

func (p parameter) shape(v version, selector string, decrypt bool) shape {
	if selector != "" {
		selector = ":" + selector
	}
	return shape{
		Name: p.Name, Type: v.Type, Value: v.value(p.ARN, decrypt), Version: v.Number, Selector: selector,
		LastModifiedDate: wire.Seconds(v.Modified), ARN: p.ARN, DataType: v.DataType,
	}
}

type getInput struct {
	Name           string
	WithDecryption bool
}

type getOutput struct{ Parameter shape }

func (s *Service) getParameter(_ context.Context, _ *wire.Call, in *getInput) (*getOutput, error) {
	var out getOutput
	return &out, s.env.Store.View(func(tx *store.Tx) (err error) {
		out.Parameter, err = s.read(tx, in.Name, in.WithDecryption)
		return err
	})
}

// read returns the parameter of a name or an ARN, either of which may have a
// version.
func (s *Service) read(tx *store.Tx, name string, decrypt bool) (shape, error) {
	name, selector := s.split(name)
	p, err := s.find(tx, name)
	if err != nil {
		return shape{}, err
	}
	v, err := p.selected(selector)
	return p.shape(v, selector, decrypt), err
}

// maxNames is how many parameters one call may name.
const maxNames = 10

type namesInput struct {
	Names          []string
	WithDecryption bool
}

func (in *namesInput) check() error {
	if len(in.Names) == 0 || len(in.Names) > maxNames {
		return invalid("1 validation error detected: Value at 'names' failed to satisfy constraint: "+
			"Member must have length between 1 and %d", maxNames)
	}
	return nil
}

type getParametersOutput struct {
	Parameters        []shape
	InvalidParameters []string
}

func (s *Service) getParameters(_ context.Context, _ *wire.Call, in *namesInput) (*getParametersOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	out := &getParametersOutput{Parameters: []shape{}, InvalidParameters: []string{}}
	return out, s.env.Store.View(func(tx *store.Tx) error {
		for _, name := range in.Names {
			if got, err := s.read(tx, name, in.WithDecryption); err == nil {
				out.Parameters = append(out.Parameters, got)
			} else {
				out.InvalidParameters = append(out.InvalidParameters, name)
			}
		}
		return nil
	})
}

type byPathInput struct {
	Path                      string
	Recursive, WithDecryption bool
	ParameterFilters          []filter
	paging
}

type byPathOutput struct {
	Parameters []shape
	NextToken  string `json:",omitempty"`
}

func (s *Service) getParametersByPath(_ context.Context, _ *wire.Call, in *byPathInput) (*byPathOutput, error) {
	if !strings.HasPrefix(in.Path, "/") {
		return nil, invalid("The parameter doesn't meet the parameter name requirements. The parameter name must " +
			"begin with a forward slash \"/\".")
	}
	found, err := s.under(in.Path, in.Recursive, in.ParameterFilters)
	if err != nil {
		return nil, err
	}
	some, next, err := cut(found, in.paging, 10)
	out := &byPathOutput{Parameters: []shape{}, NextToken: next}
	for _, p := range some {
		out.Parameters = append(out.Parameters, p.shape(p.latest(), "", in.WithDecryption))
	}
	return out, err
}

// under returns the parameters of a level of the hierarchy, or of all below it.
func (s *Service) under(path string, recursive bool, filters []filter) ([]parameter, error) {
	prefix := strings.TrimSuffix(path, "/") + "/"
	all, err := s.matching(filters)
	return slices.DeleteFunc(all, func(p parameter) bool {
		rest, ok := strings.CutPrefix(p.Name, prefix)
		return !ok || (!recursive && strings.Contains(rest, "/"))
	}), err
}

type historyInput struct {
	Name           string
	WithDecryption bool
	paging
}

// history is one version as GetParameterHistory shows it.
type history struct {
	metadata
	Value  string
	Labels []string
}

type historyOutput struct {
	Parameters []history
	NextToken  string `json:",omitempty"`
}

func (s *Service) getParameterHistory(_ context.Context, _ *wire.Call, in *historyInput) (*historyOutput, error) {
	var p parameter
	err := s.env.Store.View(func(tx *store.Tx) (err error) {
		p, err = s.find(tx, in.Name)
		return err
	})
	if err != nil {
		return nil, err
	}
	some, next, err := cut(p.Versions, in.paging, 50)
	out := &historyOutput{Parameters: []history{}, NextToken: next}
	for _, v := range some {
		one := history{p.metadata(v), v.value(p.ARN, in.WithDecryption), append([]string{}, v.Labels...)}
		one.ARN = "" // as on AWS, a version has none
		out.Parameters = append(out.Parameters, one)
	}
	return out, err
}
