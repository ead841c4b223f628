package ssm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func newClient(t *testing.T) *ssm.Client {
	return ssm.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.Start(t)))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantType is wiretest.WantCode for an error that has no message in AWS's model.
func wantType[E error](t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[E](err); !ok {
		t.Errorf("got %v, want a %T", err, *new(E))
	}
}

func put(t *testing.T, c *ssm.Client, name, value string, change ...func(*ssm.PutParameterInput)) (int64, error) {
	t.Helper()
	in := &ssm.PutParameterInput{Name: &name, Value: &value, Type: types.ParameterTypeString}
	for _, f := range change {
		f(in)
	}
	out, err := c.PutParameter(t.Context(), in)
	if err != nil {
		return 0, err
	}
	return out.Version, nil
}

func overwrite(in *ssm.PutParameterInput) { in.Overwrite, in.Type = aws.Bool(true), "" }

func TestPutAndGet(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "/web/url", "one")
	check(t, err)
	_, err = put(t, c, "/web/url", "two")
	wiretest.WantCode(t, err, "ParameterAlreadyExists")
	version, err := put(t, c, "/web/url", "two", overwrite)
	check(t, err)
	if version != 2 {
		t.Errorf("version %d", version)
	}
	for name, want := range map[string]string{
		"/web/url": "two", "/web/url:1": "one", "arn:aws:ssm:us-east-1:000000000000:parameter/web/url": "two",
	} {
		got, err := c.GetParameter(ctx, &ssm.GetParameterInput{Name: &name})
		check(t, err)
		if *got.Parameter.Value != want || *got.Parameter.ARN != "arn:aws:ssm:us-east-1:000000000000:parameter/web/url" {
			t.Errorf("%s is %+v, want %s", name, got.Parameter, want)
		}
	}
	_, err = c.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/web/url:9")})
	wiretest.WantCode(t, err, "ParameterVersionNotFound")
	_, err = c.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/web/none")})
	wiretest.WantCode(t, err, "ParameterNotFound")
}

func TestPutRefuses(t *testing.T) {
	c := newClient(t)
	for _, tc := range []struct {
		name, parameter, value, code string
		change                       func(*ssm.PutParameterInput)
	}{
		{"name with a space", "a b", "v", "ValidationException", func(*ssm.PutParameterInput) {}},
		{"hierarchy without a slash before it", "a/b", "v", "ValidationException", func(*ssm.PutParameterInput) {}},
		{"too many levels", strings.Repeat("/a", 16), "v", "HierarchyLevelLimitExceededException", func(*ssm.PutParameterInput) {}},
		{"reserved name", "/aws/x", "v", "AccessDeniedException", func(*ssm.PutParameterInput) {}},
		{"no type", "p", "v", "ValidationException", func(in *ssm.PutParameterInput) { in.Type = "" }},
		{"unknown type", "p", "v", "UnsupportedParameterType", func(in *ssm.PutParameterInput) { in.Type = "Number" }},
		{"key of a String", "p", "v", "ValidationException", func(in *ssm.PutParameterInput) { in.KeyId = aws.String("k") }},
		{"too long", "p", strings.Repeat("a", 4097), "ValidationException", func(*ssm.PutParameterInput) {}},
		{"too long for any tier", "p", strings.Repeat("a", 8193), "ValidationException",
			func(in *ssm.PutParameterInput) { in.Tier = types.ParameterTierAdvanced }},
		{"unknown tier", "p", "v", "ValidationException", func(in *ssm.PutParameterInput) { in.Tier = "Huge" }},
		{"pattern", "p", "v", "ParameterPatternMismatchException",
			func(in *ssm.PutParameterInput) { in.AllowedPattern = aws.String("[0-9]+") }},
		{"pattern that is none", "p", "v", "InvalidAllowedPatternException",
			func(in *ssm.PutParameterInput) { in.AllowedPattern = aws.String("[") }},
		{"tags of one that is overwritten", "p", "v", "ValidationException", func(in *ssm.PutParameterInput) {
			in.Overwrite = aws.Bool(true)
			in.Tags = []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := put(t, c, tc.parameter, tc.value, tc.change)
			wiretest.WantCode(t, err, tc.code)
		})
	}
}

func TestSecureStringIsDecryptedOnRequestOnly(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "secret", "hush", func(in *ssm.PutParameterInput) { in.Type = types.ParameterTypeSecureString })
	check(t, err)
	closed, err := c.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("secret")})
	check(t, err)
	if strings.Contains(*closed.Parameter.Value, "hush") {
		t.Errorf("value %q", *closed.Parameter.Value)
	}
	open, err := c.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("secret"), WithDecryption: aws.Bool(true)})
	check(t, err)
	if *open.Parameter.Value != "hush" {
		t.Errorf("value %q", *open.Parameter.Value)
	}
}

func names(all []types.Parameter) (names []string) {
	for _, p := range all {
		names = append(names, *p.Name)
	}
	return names
}

func TestGetByPath(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	for _, name := range []string{"/web/a", "/web/b", "/web/deep/c", "/webs/d", "plain"} {
		_, err := put(t, c, name, "v")
		check(t, err)
	}
	level, err := c.GetParametersByPath(ctx, &ssm.GetParametersByPathInput{Path: aws.String("/web/")})
	check(t, err)
	if d := cmp.Diff([]string{"/web/a", "/web/b"}, names(level.Parameters)); d != "" {
		t.Errorf("one level (-want +got):\n%s", d)
	}
	var all []types.Parameter
	pages := ssm.NewGetParametersByPathPaginator(c, &ssm.GetParametersByPathInput{
		Path: aws.String("/web"), Recursive: aws.Bool(true), MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		check(t, err)
		all = append(all, page.Parameters...)
	}
	if d := cmp.Diff([]string{"/web/a", "/web/b", "/web/deep/c"}, names(all)); d != "" {
		t.Errorf("recursive (-want +got):\n%s", d)
	}
}

func TestGetAndDeleteSeveral(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "a", "v")
	check(t, err)
	got, err := c.GetParameters(ctx, &ssm.GetParametersInput{Names: []string{"a", "none"}})
	check(t, err)
	if len(got.Parameters) != 1 || len(got.InvalidParameters) != 1 {
		t.Errorf("got %+v", got)
	}
	gone, err := c.DeleteParameters(ctx, &ssm.DeleteParametersInput{Names: []string{"a", "none"}})
	check(t, err)
	if d := cmp.Diff([]string{"a"}, gone.DeletedParameters); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	_, err = c.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: aws.String("a")})
	wiretest.WantCode(t, err, "ParameterNotFound")
}

func TestDescribe(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	for _, name := range []string{"/web/a", "/web/ab", "other"} {
		_, err := put(t, c, name, "v", func(in *ssm.PutParameterInput) {
			in.Description = aws.String("about " + name)
			in.Tags = []types.Tag{{Key: aws.String("of"), Value: &name}}
		})
		check(t, err)
	}
	for _, tc := range []struct {
		key, option, value string
		want               int
	}{
		{"Name", "Equals", "/web/a", 1}, {"Name", "BeginsWith", "/web", 2}, {"Name", "Contains", "b", 2},
		{"Type", "Equals", "String", 3}, {"Path", "Recursive", "/web", 2}, {"tag:of", "Equals", "other", 1},
		{"Tier", "Equals", "Advanced", 0}, {"DataType", "Equals", "text", 3}, {"KeyId", "Equals", "k", 0},
	} {
		out, err := c.DescribeParameters(ctx, &ssm.DescribeParametersInput{ParameterFilters: []types.ParameterStringFilter{
			{Key: &tc.key, Option: &tc.option, Values: []string{tc.value}}}})
		check(t, err)
		if len(out.Parameters) != tc.want {
			t.Errorf("%s %s %s: %d parameters, want %d", tc.key, tc.option, tc.value, len(out.Parameters), tc.want)
		}
	}
	_, err := c.DescribeParameters(ctx, &ssm.DescribeParametersInput{ParameterFilters: []types.ParameterStringFilter{
		{Key: aws.String("Colour"), Values: []string{"red"}}}})
	wantType[*types.InvalidFilterKey](t, err)
}

func TestHistory(t *testing.T) {
	c := newClient(t)
	_, err := put(t, c, "p", "1", func(in *ssm.PutParameterInput) { in.Description = aws.String("kept") })
	check(t, err)
	for range 101 {
		_, err := put(t, c, "p", "n", overwrite)
		check(t, err)
	}
	out, err := c.GetParameterHistory(t.Context(), &ssm.GetParameterHistoryInput{Name: aws.String("p")})
	check(t, err)
	if first := out.Parameters[0]; first.Version != 3 || *first.Description != "kept" || out.NextToken == nil {
		t.Errorf("the oldest version is %+v", first)
	}
}

func TestTags(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	_, err := put(t, c, "p", "v", func(in *ssm.PutParameterInput) {
		in.Tags = []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}}
	})
	check(t, err)
	_, err = c.AddTagsToResource(ctx, &ssm.AddTagsToResourceInput{ResourceType: "Parameter", ResourceId: aws.String("p"),
		Tags: []types.Tag{{Key: aws.String("b"), Value: aws.String("2")}}})
	check(t, err)
	_, err = c.RemoveTagsFromResource(ctx, &ssm.RemoveTagsFromResourceInput{
		ResourceType: "Parameter", ResourceId: aws.String("p"), TagKeys: []string{"a"}})
	check(t, err)
	out, err := c.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{ResourceType: "Parameter", ResourceId: aws.String("p")})
	check(t, err)
	if len(out.TagList) != 1 || *out.TagList[0].Key != "b" {
		t.Errorf("tags %+v", out.TagList)
	}
	_, err = c.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{ResourceType: "Parameter", ResourceId: aws.String("none")})
	wantType[*types.InvalidResourceId](t, err)
	_, err = c.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{ResourceType: "Document", ResourceId: aws.String("p")})
	wantType[*types.InvalidResourceType](t, err)
}

func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	cloudtest.CLI(t, cloud, "ssm", "put-parameter", "--name", "/web/a", "--type", "StringList", "--value", "a,b")
	if out := cloudtest.CLI(t, cloud, "ssm", "get-parameters-by-path", "--path", "/web", "--query", "Parameters[0].Value"); strings.TrimSpace(out) != `"a,b"` {
		t.Errorf("get-parameters-by-path: %s", out)
	}
}
