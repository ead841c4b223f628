package iam

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Values that are the same for every request. They must not be changed.
var (
	yes         = []string{"true"}
	no          = []string{"false"}
	loopback    = []string{"127.0.0.1"}
	assumedRole = []string{"AssumedRole"}
)

// environment adds to keys the global condition keys that do not depend on the
// caller. SecureTransport is true: the loopback interface counts as TLS.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (s *Service) environment(keys map[string][]string) map[string][]string {
	now := s.env.Now().UTC()
	account := []string{s.env.Account}
	all := make(map[string][]string, 16+len(keys)) // with room for the keys that context adds
	all["aws:principalaccount"] = account
	all["aws:requestedregion"] = []string{s.env.Region}
	all["aws:resourceaccount"] = account
	all["aws:currenttime"] = []string{now.Format(time.RFC3339)}
	all["aws:epochtime"] = []string{strconv.FormatInt(now.Unix(), 10)}
	all["aws:securetransport"] = yes
	all["aws:sourceip"] = loopback
	maps.Copy(all, keys)
	return all
}

// context adds to keys the global condition keys of a request by p, a role with
// these tags, which may have a session.
func (s *Service) context(
	p wire.Principal, roleTags map[string]string, one *session, keys map[string][]string,
) map[string][]string {
	all := s.environment(keys)
	all["aws:principalarn"] = []string{p.RoleARN}
	all["aws:principaltype"] = assumedRole
	all["aws:userid"] = []string{p.UserID}
	all["aws:principalisawsservice"] = no
	all["aws:viaawsservice"] = no
	putTags(all, "aws:principaltag/", roleTags)
	if one.Key == "" {
		return all
	}
	all["aws:multifactorauthpresent"] = no
	all["aws:tokenissuetime"] = []string{one.Issued.UTC().Format(time.RFC3339)}
	putTags(all, "aws:principaltag/", one.Tags)
	if one.SourceIdentity != "" {
		all["aws:sourceidentity"] = []string{one.SourceIdentity}
	}
	return all
}

func putTags(keys map[string][]string, prefix string, tags map[string]string) {
	for key, value := range tags {
		keys[prefix+strings.ToLower(key)] = []string{value}
	}
}

func tagMap(tags []tag) map[string]string {
	all := make(map[string]string, len(tags))
	for _, t := range tags {
		all[t.Key] = t.Value
	}
	return all
}

// ReadTags sets the function that returns the tags of another service's resource
// by its ARN; it returns none if the resource does not exist. It must be called
// before the first request.
func (s *Service) ReadTags(read func(arn string) (map[string]string, error)) { s.readTags = read }

// putAskedTags adds the tags of the request and of its resource to its context,
// if a policy depends on them: reading them costs more than the decision.
func (s *Service) putAskedTags(limits []limit, of *resourcePolicy, r policy.Request, tags func() wire.RequestTags) error {
	var ofRequest, ofResource bool
	if of != nil {
		ofRequest, ofResource = of.doc.AsksRequestTags, of.doc.AsksResourceTags
	}
	for _, l := range limits {
		for _, doc := range l.docs {
			ofRequest = ofRequest || doc.AsksRequestTags
			ofResource = ofResource || doc.AsksResourceTags
		}
	}
	if ofRequest && tags != nil {
		found := tags()
		putTags(r.Context, "aws:requesttag/", found.Values)
		if len(found.Keys) > 0 {
			r.Context["aws:tagkeys"] = found.Keys
		}
	}
	if !ofResource {
		return nil
	}
	found, err := s.tagsOf(r.Resource)
	putTags(r.Context, "aws:resourcetag/", found)
	service, _, _ := strings.Cut(r.Action, ":")
	putTags(r.Context, service+":resourcetag/", found)
	return err
}

// tagsOf returns the tags of a resource.
func (s *Service) tagsOf(arn string) (found map[string]string, err error) {
	ours, isIAM := strings.CutPrefix(arn, "arn:aws:iam::"+s.env.Account+":")
	if !isIAM {
		if s.readTags == nil {
			return nil, nil
		}
		return s.readTags(arn)
	}
	err = s.env.Store.View(func(tx *store.Tx) error {
		if strings.HasPrefix(ours, "policy/") {
			m, _, err := s.policies.GetTx(tx, arn)
			found = tagMap(m.Tags)
			return err
		}
		r, ok, err := s.roles.GetTx(tx, roleKey(arn[strings.LastIndexByte(arn, '/')+1:]))
		if ok && r.ARN == arn {
			found = tagMap(r.Tags)
		}
		return err
	})
	return found, err
}
