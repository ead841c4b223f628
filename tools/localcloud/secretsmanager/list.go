package secretsmanager

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// shape is a secret without its value. DescribeSecret and ListSecrets name the
// stages differently.
type shape struct {
	ARN                    string
	Name                   string
	Description            string `json:",omitempty"`
	KeyID                  string `json:"KmsKeyId,omitempty"`
	CreatedDate            float64
	LastChangedDate        float64
	LastAccessedDate       float64             `json:",omitempty"`
	DeletedDate            float64             `json:",omitempty"`
	Tags                   []tagset.Tag        `json:",omitempty"`
	VersionIDsToStages     map[string][]string `json:"VersionIdsToStages,omitempty"`
	SecretVersionsToStages map[string][]string `json:",omitempty"`
}

func (s secret) shape() shape {
	out := shape{
		ARN: s.ARN, Name: s.Name, Description: s.Description, KeyID: s.KeyID,
		CreatedDate: wire.Seconds(s.Created), LastChangedDate: wire.Seconds(s.Changed), Tags: s.Tags,
	}
	if !s.Accessed.IsZero() {
		out.LastAccessedDate = wire.Seconds(s.Accessed)
	}
	if !s.Deleted.IsZero() {
		out.DeletedDate = wire.Seconds(s.Deleted)
	}
	return out
}

func (s *Service) describeSecret(_ context.Context, _ *wire.Call, in *idInput) (*shape, error) {
	var out shape
	return &out, s.view(in.SecretId, true, func(have secret) error {
		out = have.shape()
		out.VersionIDsToStages = have.stages()
		return nil
	})
}

// paging is a list operation's request for a part of the list.
type paging struct {
	MaxResults *int
	NextToken  string
}

// maxResults is the most elements of a part, and the default.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
const maxResults = 100

// cut returns the part of all that p requests, and the token of the next part.
func cut[T any](all []T, p paging) ([]T, string, error) {
	n := maxResults
	if p.MaxResults != nil {
		n = *p.MaxResults
	}
	if n < 1 || n > maxResults {
		return nil, "", wire.Errorf(400, "ValidationException", "1 validation error detected: Value '%d' at 'maxResults' "+
			"failed to satisfy constraint: Member must have value between 1 and %d", n, maxResults)
	}
	some, next, ok := page.Cut(all, p.NextToken, n)
	if !ok {
		return nil, "", wire.Errorf(400, "InvalidNextTokenException", "The NextToken value is invalid.")
	}
	return some, next, nil
}

type filter struct {
	Key    string
	Values []string
}

type listInput struct {
	Filters                []filter
	IncludePlannedDeletion bool
	SortBy                 string // by creation date by default
	SortOrder              string // "asc" or "desc", the default
	paging
}

// orders are the ways to sort secrets, by SortBy.
var orders = map[string]func(a, b secret) int{
	"":                   func(a, b secret) int { return a.Created.Compare(b.Created) },
	"created-date":       func(a, b secret) int { return a.Created.Compare(b.Created) },
	"last-accessed-date": func(a, b secret) int { return a.Accessed.Compare(b.Accessed) },
	"last-changed-date":  func(a, b secret) int { return a.Changed.Compare(b.Changed) },
	"name":               func(a, b secret) int { return cmp.Compare(a.Name, b.Name) },
}

// check checks how the list is to be sorted, and its filters.
func (in *listInput) check() error {
	if orders[in.SortBy] == nil {
		return invalid("Invalid SortBy: %s", in.SortBy)
	}
	if !slices.Contains([]string{"", "asc", "desc"}, in.SortOrder) {
		return invalid("Invalid SortOrder: %s", in.SortOrder)
	}
	for _, f := range in.Filters {
		if !slices.Contains([]string{"all", "description", "name", "tag-key", "tag-value"}, f.Key) {
			return invalid("%s", members.Unsupported("Filters.Key "+f.Key))
		}
	}
	return nil
}

type listOutput struct {
	SecretList []shape
	NextToken  string `json:",omitempty"`
}

func (s *Service) listSecrets(_ context.Context, _ *wire.Call, in *listInput) (*listOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	found, err := s.matching(in)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b secret) int {
		if in.SortOrder != "asc" {
			a, b = b, a
		}
		return orders[in.SortBy](a, b)
	})
	some, next, err := cut(found, in.paging)
	out := &listOutput{SecretList: []shape{}, NextToken: next}
	for _, one := range some {
		entry := one.shape()
		entry.SecretVersionsToStages = one.stages()
		out.SecretList = append(out.SecretList, entry)
	}
	return out, err
}

func (s *Service) matching(in *listInput) (all []secret, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		return s.secrets.EachTx(tx, "", func(name string, _ secret) (bool, error) {
			have, ok, err := s.find(tx, name)
			if ok && in.selects(have) {
				all = append(all, have)
			}
			return true, err
		})
	})
	return all, err
}

func (in *listInput) selects(s secret) bool {
	if !s.Deleted.IsZero() && !in.IncludePlannedDeletion {
		return false
	}
	return !slices.ContainsFunc(in.Filters, func(f filter) bool { return !f.meets(s) })
}

// meets reports whether the filtered text starts with one of the filter's values.
// A value that starts with ! negates the filter.
func (f filter) meets(s secret) bool {
	return slices.ContainsFunc(f.Values, func(want string) bool {
		want, not := strings.CutPrefix(want, "!")
		return f.begins(s, want) != not
	})
}

func (f filter) begins(s secret, want string) bool {
	has := func(have string) bool { return strings.HasPrefix(have, want) }
	tag := func(of func(tagset.Tag) string) bool {
		return slices.ContainsFunc(s.Tags, func(t tagset.Tag) bool { return has(of(t)) })
	}
	key, value := func(t tagset.Tag) string { return t.Key }, func(t tagset.Tag) string { return t.Value }
	switch f.Key {
	case "name":
		return has(s.Name)
	case "description":
		return strings.HasPrefix(strings.ToLower(s.Description), strings.ToLower(want))
	case "tag-key":
		return tag(key)
	case "tag-value":
		return tag(value)
	case "all":
		return has(s.Name) || has(s.Description) || tag(key) || tag(value)
	}
	return false
}

type listVersionsInput struct {
	SecretId          string
	IncludeDeprecated bool
	paging
}

type versionShape struct {
	VersionID     string `json:"VersionId"`
	VersionStages []string
	CreatedDate   float64
}

type listVersionsOutput struct {
	ARN, Name string
	Versions  []versionShape
	NextToken string `json:",omitempty"`
}

func (s *Service) listVersions(_ context.Context, _ *wire.Call, in *listVersionsInput) (*listVersionsOutput, error) {
	out := &listVersionsOutput{Versions: []versionShape{}}
	return out, s.view(in.SecretId, true, func(have secret) error {
		out.ARN, out.Name = have.ARN, have.Name
		all := slices.DeleteFunc(have.Versions, func(v version) bool {
			return len(v.Stages) == 0 && !in.IncludeDeprecated
		})
		some, next, err := cut(all, in.paging)
		out.NextToken = next
		for _, v := range some {
			out.Versions = append(out.Versions, versionShape{v.ID, v.Stages, wire.Seconds(v.Created)})
		}
		return err
	})
}

type stageInput struct{ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId string }

func (s *Service) updateStage(_ context.Context, _ *wire.Call, in *stageInput) (*reference, error) {
	var out reference
	return &out, s.change(in.SecretId, false, func(have *secret) error {
		out = reference{ARN: have.ARN, Name: have.Name}
		if err := have.checkMove(in); err != nil {
			return err
		}
		if in.MoveToVersionId == "" {
			have.removeStage(in.VersionStage)
			return nil
		}
		have.move(in.VersionStage, in.MoveToVersionId)
		return nil
	})
}

// checkMove checks that the request names the version that has the stage now.
func (s secret) checkMove(in *stageInput) error {
	had := s.staged(in.VersionStage)
	switch {
	case in.MoveToVersionId != "" && s.byID(in.MoveToVersionId) < 0:
		return notFound("Secrets Manager can't find the specified secret value for VersionId: %s", in.MoveToVersionId)
	case in.RemoveFromVersionId != "" && (had < 0 || s.Versions[had].ID != in.RemoveFromVersionId),
		in.RemoveFromVersionId == "" && had >= 0 && in.MoveToVersionId != s.Versions[had].ID:
		return invalid("The parameter RemoveFromVersionId can't be empty or wrong: staging label %s is attached "+
			"to another version.", in.VersionStage)
	case in.MoveToVersionId == "" && in.VersionStage == current:
		return invalid("You can't remove %s from a version without moving it to another.", current)
	}
	return nil
}
