package ssm

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxLabels is how many labels a version may have.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
const maxLabels = 10

// labelFormat is the format of labels, which in addition must not start with aws
// or ssm. Same source.
var labelFormat = regexp.MustCompile(`^[a-zA-Z._-][a-zA-Z0-9._-]{0,99}$`)

func isLabel(s string) bool {
	lower := strings.ToLower(s)
	return labelFormat.MatchString(s) && !strings.HasPrefix(lower, "aws") && !strings.HasPrefix(lower, "ssm")
}

type labelInput struct {
	Name             string
	ParameterVersion int // 0 means the latest
	Labels           []string
}

type labelOutput struct {
	InvalidLabels    []string
	ParameterVersion int
}

// label attaches labels to a version, and removes them from other versions.
func (s *Service) label(_ context.Context, _ *wire.Call, in *labelInput) (*labelOutput, error) {
	out := &labelOutput{InvalidLabels: []string{}}
	return out, s.relabel(in, func(p *parameter, v *version) error {
		out.ParameterVersion = v.Number
		for _, label := range in.Labels {
			if !isLabel(label) {
				out.InvalidLabels = append(out.InvalidLabels, label)
				continue
			}
			for i := range p.Versions {
				p.Versions[i].Labels = without(p.Versions[i].Labels, label)
			}
			v.Labels = append(v.Labels, label)
		}
		if len(v.Labels) > maxLabels {
			return wire.Errorf(400, "ParameterVersionLabelLimitExceeded",
				"A parameter version can have a maximum of %d labels.", maxLabels)
		}
		slices.Sort(v.Labels)
		return nil
	})
}

type unlabelOutput struct{ InvalidLabels, RemovedLabels []string }

func (s *Service) unlabel(_ context.Context, _ *wire.Call, in *labelInput) (*unlabelOutput, error) {
	out := &unlabelOutput{InvalidLabels: []string{}, RemovedLabels: []string{}}
	if in.ParameterVersion == 0 {
		return nil, invalid("ParameterVersion is required.")
	}
	return out, s.relabel(in, func(_ *parameter, v *version) error {
		for _, label := range in.Labels {
			if !slices.Contains(v.Labels, label) {
				out.InvalidLabels = append(out.InvalidLabels, label)
				continue
			}
			v.Labels = without(v.Labels, label)
			out.RemovedLabels = append(out.RemovedLabels, label)
		}
		return nil
	})
}

// relabel changes the labels of the version that in names.
func (s *Service) relabel(in *labelInput, change func(*parameter, *version) error) error {
	if len(in.Labels) == 0 || len(in.Labels) > maxLabels {
		return invalid("1 validation error detected: Value at 'labels' failed to satisfy constraint: "+
			"Member must have length between 1 and %d", maxLabels)
	}
	return s.env.Store.Update(func(tx *store.Tx) error {
		p, err := s.find(tx, in.Name)
		if err != nil {
			return err
		}
		i := len(p.Versions) - 1
		if in.ParameterVersion != 0 {
			i = slices.IndexFunc(p.Versions, func(v version) bool { return v.Number == in.ParameterVersion })
		}
		if i < 0 {
			return errVersion(p.Name, strconv.Itoa(in.ParameterVersion))
		}
		if err := change(&p, &p.Versions[i]); err != nil {
			return err
		}
		return s.parameters.PutTx(tx, p.Name, p)
	})
}

func without(labels []string, label string) []string {
	return slices.DeleteFunc(labels, func(have string) bool { return have == label })
}
