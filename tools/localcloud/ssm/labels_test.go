package ssm_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestSelectors: a name or an ARN followed by a version or a label names that
// version.
func TestSelectors(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "/web", "one")
	check(t, err)
	for _, value := range []string{"two", "three"} {
		_, err := put(t, c, "/web", value, overwrite)
		check(t, err)
	}
	labelled, err := c.LabelParameterVersion(ctx, &ssm.LabelParameterVersionInput{
		Name: aws.String("/web"), ParameterVersion: aws.Int64(2), Labels: []string{"production", "1st", "awsome", "stable"},
	})
	check(t, err)
	if d := cmp.Diff([]string{"1st", "awsome"}, labelled.InvalidLabels); d != "" || labelled.ParameterVersion != 2 {
		t.Errorf("labelled %d, invalid (-want +got):\n%s", labelled.ParameterVersion, d)
	}
	arn := "arn:aws:ssm:us-east-1:000000000000:parameter/web"
	for selector, want := range map[string]string{"": "three", ":1": "one", ":2": "two", ":production": "two"} {
		for _, name := range []string{"/web", arn} {
			got, err := c.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String(name + selector)})
			if err != nil {
				t.Errorf("%s%s: %v", name, selector, err)
				continue
			}
			p := got.Parameter
			if *p.Value != want || *p.Name != "/web" || aws.ToString(p.Selector) != selector {
				t.Errorf("%s%s is %s %s %s", name, selector, *p.Name, *p.Value, aws.ToString(p.Selector))
			}
		}
	}
	for _, selector := range []string{":9", ":none", ":1:2"} {
		_, err := c.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/web" + selector)})
		wiretest.WantCode(t, err, "ParameterVersionNotFound")
	}
	many, err := c.GetParameters(ctx, &ssm.GetParametersInput{Names: []string{"/web:1", "/web:stable", "/web:none"}})
	check(t, err)
	if len(many.Parameters) != 2 || cmp.Diff([]string{"/web:none"}, many.InvalidParameters) != "" {
		t.Errorf("got %d, invalid %v", len(many.Parameters), many.InvalidParameters)
	}
}

func TestLabelsMoveAndGo(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "p", "one")
	check(t, err)
	_, err = put(t, c, "p", "two", overwrite)
	check(t, err)
	for _, version := range []*int64{aws.Int64(1), nil} { // nil is the latest
		_, err := c.LabelParameterVersion(ctx, &ssm.LabelParameterVersionInput{Name: aws.String("p"), ParameterVersion: version, Labels: []string{"live"}})
		check(t, err)
	}
	labels := func() (all [][]string) {
		out, err := c.GetParameterHistory(ctx, &ssm.GetParameterHistoryInput{Name: aws.String("p")})
		check(t, err)
		for _, v := range out.Parameters {
			all = append(all, v.Labels)
		}
		return all
	}
	if d := cmp.Diff([][]string{{}, {"live"}}, labels()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	gone, err := c.UnlabelParameterVersion(ctx, &ssm.UnlabelParameterVersionInput{
		Name: aws.String("p"), ParameterVersion: aws.Int64(2), Labels: []string{"live", "other"},
	})
	check(t, err)
	if cmp.Diff([]string{"live"}, gone.RemovedLabels) != "" || cmp.Diff([]string{"other"}, gone.InvalidLabels) != "" {
		t.Errorf("removed %v, invalid %v", gone.RemovedLabels, gone.InvalidLabels)
	}
	if d := cmp.Diff([][]string{{}, {}}, labels()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestOverwriteKeepsWhatIsNotSaid: and an empty description removes the old one.
func TestOverwriteKeepsWhatIsNotSaid(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "p", "a1", func(in *ssm.PutParameterInput) {
		in.Description, in.AllowedPattern, in.Tier = aws.String("letters"), aws.String("[a-z][0-9]"), types.ParameterTierAdvanced
	})
	check(t, err)
	describe := func() types.ParameterMetadata {
		out, err := c.DescribeParameters(ctx, &ssm.DescribeParametersInput{})
		check(t, err)
		return out.Parameters[0]
	}
	_, err = put(t, c, "p", "b2", overwrite)
	check(t, err)
	if p := describe(); aws.ToString(p.Description) != "letters" || aws.ToString(p.AllowedPattern) != "[a-z][0-9]" || p.Tier != types.ParameterTierAdvanced {
		t.Errorf("%+v", p)
	}
	_, err = put(t, c, "p", "wrong", overwrite)
	wiretest.WantCode(t, err, "ParameterPatternMismatchException")
	_, err = put(t, c, "p", "c3", overwrite, func(in *ssm.PutParameterInput) { in.Description = aws.String("") })
	check(t, err)
	if p := describe(); aws.ToString(p.Description) != "" {
		t.Errorf("the description is still %q", aws.ToString(p.Description))
	}
}

func TestParametersRefuse(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "p", "v", func(in *ssm.PutParameterInput) { in.DataType = aws.String("aws:ec2:image") })
	wiretest.WantError(t, err, "ValidationException", "DataType aws:ec2:image is not supported by the local cloud")
	_, err = put(t, c, "p", "v", func(in *ssm.PutParameterInput) {
		in.Tags = []types.Tag{{Key: aws.String("aws:x"), Value: aws.String("v")}}
	})
	wiretest.WantError(t, err, "ValidationException", "aws:x")
	for _, n := range []int32{0, 51} {
		_, err := c.DescribeParameters(ctx, &ssm.DescribeParametersInput{MaxResults: &n})
		wiretest.WantError(t, err, "ValidationException", "maxResults")
	}
	for _, n := range []int32{0, 11} {
		_, err := c.GetParametersByPath(ctx, &ssm.GetParametersByPathInput{Path: aws.String("/"), MaxResults: &n})
		wiretest.WantError(t, err, "ValidationException", "maxResults")
	}
	_, err = put(t, c, "h", "v")
	check(t, err)
	for _, n := range []int32{0, 51} {
		_, err := c.GetParameterHistory(ctx, &ssm.GetParameterHistoryInput{Name: aws.String("h"), MaxResults: &n})
		wiretest.WantError(t, err, "ValidationException", "maxResults")
	}
	_, err = c.LabelParameterVersion(ctx, &ssm.LabelParameterVersionInput{Name: aws.String("h"), Labels: strings.Fields("a b c d e f g h i j k")})
	wiretest.WantCode(t, err, "ValidationException")
}
