package secretsmanager_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestDeleteTwice: a secret that is marked for deletion keeps its date, and is
// deleted at once if forced.
func TestDeleteTwice(t *testing.T) {
	c := newClient(t)
	c.create("s", aws.String("v"))
	first, err := c.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: aws.String("s"), RecoveryWindowInDays: aws.Int64(7)})
	c.check(err)
	second, err := c.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: aws.String("s")})
	c.check(err)
	if !first.DeletionDate.Equal(*second.DeletionDate) || *first.ARN != *second.ARN {
		t.Errorf("first %s, then %s", first.DeletionDate, second.DeletionDate)
	}
	for range 2 { // also a secret that no longer exists
		_, err := c.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: aws.String("s"), ForceDeleteWithoutRecovery: aws.Bool(true)})
		c.check(err)
	}
	_, err = c.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: aws.String("s")})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
	c.create("s", nil)
}

func TestListsAreSortedAndBounded(t *testing.T) {
	c := newClient(t)
	for _, name := range []string{"b", "a", "c"} {
		c.create(name, nil)
	}
	list := func(by types.SortByType, order types.SortOrderType) (names []string) {
		out, err := c.ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{SortBy: by, SortOrder: order})
		c.check(err)
		for _, s := range out.SecretList {
			names = append(names, *s.Name)
		}
		return names
	}
	if d := cmp.Diff([]string{"a", "b", "c"}, list(types.SortByTypeName, types.SortOrderTypeAsc)); d != "" {
		t.Errorf("by name (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"c", "a", "b"}, list("", "")); d != "" {
		t.Errorf("by creation (-want +got):\n%s", d)
	}
	for _, n := range []int32{0, 101} {
		_, err := c.ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{MaxResults: &n})
		wiretest.WantError(t, err, "ValidationException", "maxResults")
		_, err = c.ListSecretVersionIds(t.Context(), &secretsmanager.ListSecretVersionIdsInput{SecretId: aws.String("a"), MaxResults: &n})
		wiretest.WantError(t, err, "ValidationException", "maxResults")
	}
	_, err := c.ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{
		Filters: []types.Filter{{Key: types.FilterNameStringTypePrimaryRegion, Values: []string{"us-east-1"}}},
	})
	wiretest.WantError(t, err, "InvalidParameterException", "Filters.Key primary-region is not supported by the local cloud")
}

func TestReservedTagsAreRefused(t *testing.T) {
	c := newClient(t)
	c.create("s", nil)
	tags := []types.Tag{{Key: aws.String("AWS:x"), Value: aws.String("v")}}
	_, err := c.TagResource(t.Context(), &secretsmanager.TagResourceInput{SecretId: aws.String("s"), Tags: tags})
	wiretest.WantError(t, err, "InvalidParameterException", "AWS:x")
	_, err = c.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("t"), Tags: tags})
	wiretest.WantError(t, err, "InvalidParameterException", "AWS:x")
}
