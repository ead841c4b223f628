package sts_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seastack/seastack/tools/localcloud/iam"
	localsts "github.com/seastack/seastack/tools/localcloud/sts"
	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// refusedMembers are the members that the local cloud does not apply.
var refusedMembers = map[string][]string{
	"AssumeRole":      {"MinimumSessionTokenSize", "ProvidedContexts", "SerialNumber", "TokenCode"},
	"GetSessionToken": {"MinimumSessionTokenSize", "SerialNumber", "TokenCode"},
}

// appliedMembers are the members that each operation applies.
var appliedMembers = map[string]string{
	"AssumeRole":        "DurationSeconds ExternalId Policy PolicyArns RoleArn RoleSessionName SourceIdentity Tags TransitiveTagKeys",
	"GetCallerIdentity": "", "GetSessionToken": "DurationSeconds",

	"AttachRolePolicy":              "PolicyArn RoleName",
	"CreatePolicy":                  "Description Path PolicyDocument PolicyName Tags",
	"CreatePolicyVersion":           "PolicyArn PolicyDocument SetAsDefault",
	"CreateRole":                    "AssumeRolePolicyDocument Description MaxSessionDuration Path PermissionsBoundary RoleName Tags",
	"DeletePolicy":                  "PolicyArn",
	"DeletePolicyVersion":           "PolicyArn VersionId",
	"DeleteRole":                    "RoleName",
	"DeleteRolePermissionsBoundary": "RoleName",
	"DeleteRolePolicy":              "PolicyName RoleName",
	"DetachRolePolicy":              "PolicyArn RoleName",
	"GetPolicy":                     "PolicyArn",
	"GetPolicyVersion":              "PolicyArn VersionId",
	"GetRole":                       "RoleName",
	"GetRolePolicy":                 "PolicyName RoleName",
	"GetUser":                       "UserName",
	"ListAccountAliases":            "Marker MaxItems",
	"ListAttachedRolePolicies":      "Marker MaxItems PathPrefix RoleName",
	"ListEntitiesForPolicy":         "EntityFilter Marker MaxItems PathPrefix PolicyArn PolicyUsageFilter",
	"ListInstanceProfilesForRole":   "Marker MaxItems RoleName",
	"ListPolicies":                  "Marker MaxItems OnlyAttached PathPrefix PolicyUsageFilter Scope",
	"ListPolicyTags":                "Marker MaxItems PolicyArn",
	"ListPolicyVersions":            "Marker MaxItems PolicyArn",
	"ListRolePolicies":              "Marker MaxItems RoleName",
	"ListRoleTags":                  "Marker MaxItems RoleName",
	"ListRoles":                     "Marker MaxItems PathPrefix",
	"PutRolePermissionsBoundary":    "PermissionsBoundary RoleName",
	"PutRolePolicy":                 "PolicyDocument PolicyName RoleName",
	"SetDefaultPolicyVersion":       "PolicyArn VersionId",
	"TagPolicy":                     "PolicyArn Tags",
	"TagRole":                       "RoleName Tags",
	"UntagPolicy":                   "PolicyArn TagKeys",
	"UntagRole":                     "RoleName TagKeys",
	"UpdateAssumeRolePolicy":        "PolicyDocument RoleName",
	"UpdateRole":                    "Description MaxSessionDuration RoleName",
	"UpdateRoleDescription":         "Description RoleName",
}

// TestEveryMemberIsAppliedOrRefused goes through the inputs of the SDK. It fails
// for a member that AWS has added, and for one that an operation here forgot.
func TestEveryMemberIsAppliedOrRefused(t *testing.T) {
	cloud := wiretest.Start(t, iam.New)
	tokens, err := localsts.New(cloud.Env, cloud.Service)
	if err != nil {
		t.Fatal(err)
	}
	for client, definition := range map[reflect.Type]wire.Service{
		reflect.TypeFor[*awsiam.Client](): cloud.Service.Definition(),
		reflect.TypeFor[*sts.Client]():    tokens.Definition(),
	} {
		for _, op := range definition.Operations {
			t.Run(op.Name, func(t *testing.T) { checkMembers(t, client, cloud.Env, op) })
		}
	}
}

func checkMembers(t *testing.T, client reflect.Type, env *wire.Env, op wire.Operation) {
	method, ok := client.MethodByName(op.Name)
	if !ok {
		t.Fatal("the SDK does not have the operation")
	}
	input := method.Type.In(2).Elem()
	var members []string
	for i := range input.NumField() {
		if f := input.Field(i); f.IsExported() {
			members = append(members, f.Name)
			if got, want := refused(t, env, op, f), slices.Contains(refusedMembers[op.Name], f.Name); got != want {
				t.Errorf("%s is refused: %v, want %v", f.Name, got, want)
			}
		}
	}
	want := append(strings.Fields(appliedMembers[op.Name]), refusedMembers[op.Name]...)
	slices.Sort(members)
	slices.Sort(want)
	if !slices.Equal(members, want) {
		t.Errorf("members %q, want %q", members, want)
	}
}

// refused reports whether an operation refuses a member by its name.
func refused(t *testing.T, env *wire.Env, op wire.Operation, f reflect.StructField) bool {
	name, value := f.Name, "1"
	if f.Type.Kind() == reflect.Slice {
		name += ".member.1"
		if f.Type.Elem().Kind() == reflect.Struct {
			name += map[string]string{"PolicyArns": ".arn", "Tags": ".Key", "ProvidedContexts": ".ProviderArn"}[f.Name]
		}
	}
	call := &wire.Call{Env: env, Operation: op.Name, Query: url.Values{name: {value}}, Header: http.Header{}}
	_, err := op.Handle(context.Background(), call)
	var e *wire.Error
	if err != nil && !errors.As(err, &e) {
		t.Errorf("%s: %v", name, err)
	}
	return e != nil && strings.Contains(e.Message, name) && strings.Contains(e.Message, "the local cloud does not have the member")
}
