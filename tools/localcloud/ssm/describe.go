package ssm

import (
	"context"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// metadata is a parameter without its value.
type metadata struct {
	Name             string
	ARN              string `json:",omitempty"`
	Type             string
	KeyID            string `json:"KeyId,omitempty"`
	LastModifiedDate float64
	LastModifiedUser string
	Description      string `json:",omitempty"`
	AllowedPattern   string `json:",omitempty"`
	Version          int
	Tier             string
	DataType         string
	Policies         []struct{}
}

func (p parameter) metadata(v version) metadata {
	return metadata{
		Name: p.Name, ARN: p.ARN, Type: v.Type, KeyID: v.KeyID, LastModifiedDate: wire.Seconds(v.Modified),
		LastModifiedUser: v.ModifiedBy, Description: v.Description, AllowedPattern: v.AllowedPattern,
		Version: v.Number, Tier: v.Tier, DataType: v.DataType, Policies: []struct{}{},
	}
}

type describeInput struct {
	ParameterFilters []filter
	Filters          []struct { // the older form of ParameterFilters
		Key    string
		Values []string
	}
	paging
}

type describeOutput struct {
	Parameters []metadata
	NextToken  string `json:",omitempty"`
}

func (s *Service) describeParameters(_ context.Context, _ *wire.Call, in *describeInput) (*describeOutput, error) {
	filters := in.ParameterFilters
	for _, f := range in.Filters {
		filters = append(filters, filter{Key: f.Key, Option: "BeginsWith", Values: f.Values})
	}
	found, err := s.matching(filters)
	if err != nil {
		return nil, err
	}
	some, next, err := cut(found, in.paging, 50)
	out := &describeOutput{Parameters: []metadata{}, NextToken: next}
	for _, p := range some {
		out.Parameters = append(out.Parameters, p.metadata(p.latest()))
	}
	return out, err
}

// filter is a condition on parameters. Its values are alternatives.
type filter struct {
	Key, Option string
	Values      []string
}

// matching returns the parameters that meet all filters, by name.
func (s *Service) matching(filters []filter) ([]parameter, error) {
	for _, f := range filters {
		if err := f.check(); err != nil {
			return nil, err
		}
	}
	all, err := s.parameters.List("")
	return slices.DeleteFunc(all, func(p parameter) bool {
		return slices.ContainsFunc(filters, func(f filter) bool { return !f.meets(p) })
	}), err
}

func (f filter) check() error {
	if !slices.Contains([]string{"Name", "Type", "KeyId", "Path", "Tier", "DataType"}, f.Key) &&
		!strings.HasPrefix(f.Key, "tag:") {
		return wire.Errorf(400, "InvalidFilterKey", "The specified key isn't valid: %s", f.Key)
	}
	options := []string{"", "Equals", "BeginsWith"}
	switch f.Key {
	case "Name":
		options = append(options, "Contains")
	case "Path":
		options = []string{"", "OneLevel", "Recursive"}
	}
	if !slices.Contains(options, f.Option) {
		return wire.Errorf(400, "InvalidFilterOption", "The following filter option is not valid: %s. "+
			"Valid options include: [%s].", f.Option, strings.Join(options[1:], ", "))
	}
	return nil
}

func (f filter) meets(p parameter) bool {
	v := p.latest()
	switch f.Key {
	case "Name":
		return f.any(p.Name) || f.any(strings.TrimPrefix(p.Name, "/"))
	case "Type":
		return f.any(v.Type)
	case "KeyId":
		return f.any(v.KeyID)
	case "Tier":
		return f.any(v.Tier)
	case "DataType":
		return f.any(v.DataType)
	case "Path":
		return f.any(p.Name)
	}
	for _, t := range p.Tags {
		if "tag:"+t.Key == f.Key {
			return len(f.Values) == 0 || f.any(t.Value)
		}
	}
	return false
}

func (f filter) any(have string) bool {
	return slices.ContainsFunc(f.Values, func(want string) bool { return f.matches(want, have) })
}

func (f filter) matches(want, have string) bool {
	if f.Key == "Path" {
		rest, under := strings.CutPrefix(have, strings.TrimSuffix(want, "/")+"/")
		return under && (f.Option == "Recursive" || !strings.Contains(rest, "/"))
	}
	switch f.Option {
	case "BeginsWith":
		return strings.HasPrefix(have, want)
	case "Contains":
		return strings.Contains(have, want)
	}
	return have == want
}

// paging is a list operation's request for a part of the list.
type paging struct {
	MaxResults *int
	NextToken  string
}

// cut returns the part of all that p requests, by default most elements, and the
// token of the next part.
func cut[T any](all []T, p paging, most int) ([]T, string, error) {
	n := most
	if p.MaxResults != nil {
		n = *p.MaxResults
	}
	if n < 1 || n > most {
		return nil, "", invalid("1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: "+
			"Member must have value between 1 and %d", n, most)
	}
	some, next, ok := page.Cut(all, p.NextToken, n)
	if !ok {
		return nil, "", wire.Errorf(400, "InvalidNextToken", "The specified token isn't valid.")
	}
	return some, next, nil
}
