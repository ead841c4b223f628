package logs

import (
	"context"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxPage is the most groups and streams on a page, and the default.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
const maxPage = 50

type describeGroupsInput struct {
	LogGroupNamePrefix  string
	LogGroupNamePattern string
	LogGroupIdentifiers []string
	LogGroupClass       string
	NextToken           string
	Limit               *int
}

type groupOutput struct {
	Arn               string `json:"arn"`
	LogGroupArn       string `json:"logGroupArn"`
	LogGroupName      string `json:"logGroupName"`
	LogGroupClass     string `json:"logGroupClass"`
	CreationTime      int64  `json:"creationTime"`
	MetricFilterCount int    `json:"metricFilterCount"`
	StoredBytes       int64  `json:"storedBytes"`
	RetentionInDays   int    `json:"retentionInDays,omitempty"`
	KmsKeyId          string `json:"kmsKeyId,omitempty"`
}

type describeGroupsOutput struct {
	LogGroups []groupOutput `json:"logGroups"`
	NextToken string        `json:"nextToken,omitempty"`
}

func (s *Service) describeGroups(_ context.Context, _ *wire.Call, in *describeGroupsInput) (*describeGroupsOutput, error) {
	if in.LogGroupNamePrefix != "" && in.LogGroupNamePattern != "" {
		return nil, invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	limit, err := limitOf(in.Limit, maxPage)
	if err != nil {
		return nil, err
	}
	out := &describeGroupsOutput{LogGroups: []groupOutput{}}
	err = s.env.Store.View(func(tx *store.Tx) error {
		return s.groups.FromTx(tx, in.LogGroupNamePrefix, max(in.LogGroupNamePrefix, in.NextToken), func(name string, g group) (bool, error) {
			if !in.selects(g) || name == in.NextToken {
				return true, nil
			}
			if len(out.LogGroups) == limit {
				out.NextToken = out.LogGroups[limit-1].LogGroupName
				return false, nil
			}
			o, err := s.describe(tx, g)
			out.LogGroups = append(out.LogGroups, o)
			return true, err
		})
	})
	return out, err
}

func (in *describeGroupsInput) selects(g group) bool {
	return (in.LogGroupNamePattern == "" || strings.Contains(strings.ToLower(g.Name), strings.ToLower(in.LogGroupNamePattern))) &&
		(in.LogGroupClass == "" || in.LogGroupClass == g.Class) &&
		(len(in.LogGroupIdentifiers) == 0 ||
			slices.ContainsFunc(in.LogGroupIdentifiers, func(id string) bool { return nameOf(id) == g.Name }))
}

func (s *Service) describe(tx *store.Tx, g group) (groupOutput, error) {
	out := groupOutput{
		Arn: s.groupARN(g.Name) + ":*", LogGroupArn: s.groupARN(g.Name), LogGroupName: g.Name, LogGroupClass: g.Class,
		CreationTime: g.CreatedAt, RetentionInDays: g.Retention, KmsKeyId: g.KMSKey,
	}
	err := s.streams.EachTx(tx, g.Name+":", func(_ string, st stream) (bool, error) {
		out.StoredBytes += st.Bytes
		return true, nil
	})
	return out, err
}

// limitOf returns the number of results that an input requests.
func limitOf(limit *int, most int) (int, error) {
	if limit == nil {
		return most, nil
	}
	if *limit < 1 {
		return 0, constraint(*limit, "limit", "Member must have value greater than or equal to 1")
	}
	if *limit > most {
		return 0, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value less than or equal to %d", *limit, most)
	}
	return *limit, nil
}
