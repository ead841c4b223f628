package s3

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/johannesboyne/gofakes3"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// bucket is the record of a bucket.
type bucket struct {
	Name           string
	Created        time.Time
	Configurations map[string]document // by subresource
}

// document is a configuration as it was put.
type document struct {
	Body string
	// MinimumSize is a setting of lifecycles that is in the header.
	MinimumSize string `json:",omitempty"`
}

const minimumSizeHeader = "X-Amz-Transition-Default-Minimum-Object-Size"

const xmlns = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`

// configuration is one of a bucket's subresources.
type configuration struct {
	name string // as in the operations' names: "Tagging"
	// action is the name in IAM actions where it is not name; write and remove are
	// those that do not follow from it.
	action, removal string
	// root is the document's root element; "json" for policies, "" for what
	// cannot be put.
	root  string
	stays bool // it cannot be deleted
	// initial is the document of a bucket that was given none; "" where there is none.
	initial string
	// fallback is the document of a bucket from which it was deleted.
	fallback string
	// missing are code and message of the error where there is none.
	missing, message string
}

func (c configuration) read() string  { return "Get" + c.verb() }
func (c configuration) write() string { return "Put" + c.verb() }
func (c configuration) remove() string {
	if c.removal != "" {
		return c.removal
	}
	return c.write()
}

func (c configuration) verb() string {
	if c.action != "" {
		return c.action
	}
	return "Bucket" + c.name
}

const aes256 = `<ServerSideEncryptionConfiguration` + xmlns + `><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>` +
	`</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`

// configurations are the subresources of buckets. Those of a new bucket are what
// S3 gives it: encrypted, private, and without access control lists.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
var configurations = map[string]configuration{
	"cors": {name: "Cors", action: "BucketCORS", root: "CORSConfiguration",
		missing: "NoSuchCORSConfiguration", message: "The CORS configuration does not exist"},
	"encryption": {name: "Encryption", action: "EncryptionConfiguration", root: "ServerSideEncryptionConfiguration", initial: aes256, fallback: aes256},
	"lifecycle": {name: "LifecycleConfiguration", action: "LifecycleConfiguration", root: "LifecycleConfiguration",
		missing: "NoSuchLifecycleConfiguration", message: "The lifecycle configuration does not exist"},
	"ownershipControls": {name: "OwnershipControls", root: "OwnershipControls",
		initial: `<OwnershipControls` + xmlns + `><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`,
		missing: "OwnershipControlsNotFoundError", message: "The bucket ownership controls were not found"},
	"policy": {name: "Policy", removal: "DeleteBucketPolicy", root: "json",
		missing: "NoSuchBucketPolicy", message: "The bucket policy does not exist"},
	"publicAccessBlock": {name: "PublicAccessBlock", root: "PublicAccessBlockConfiguration",
		initial: `<PublicAccessBlockConfiguration` + xmlns + `><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>` +
			`<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
		missing: "NoSuchPublicAccessBlockConfiguration", message: "The public access block configuration was not found"},
	"tagging": {name: "Tagging", root: "Tagging", missing: "NoSuchTagSet", message: "The TagSet does not exist"},
	"notification": {name: "NotificationConfiguration", action: "BucketNotification", root: "NotificationConfiguration", stays: true,
		initial: `<NotificationConfiguration` + xmlns + `/>`},
	"versioning": {name: "Versioning", root: "VersioningConfiguration", stays: true,
		initial: `<VersioningConfiguration` + xmlns + `/>`},

	// What buckets of the local cloud cannot be given.
	"accelerate": {name: "AccelerateConfiguration", action: "AccelerateConfiguration", initial: `<AccelerateConfiguration` + xmlns + `/>`},
	"acl": {name: "Acl", action: "BucketAcl", initial: `<AccessControlPolicy` + xmlns + `><Owner><ID>` + owner + `</ID></Owner><AccessControlList><Grant>` +
		`<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>` + owner + `</ID></Grantee>` +
		`<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`},
	"logging": {name: "Logging", initial: `<BucketLoggingStatus` + xmlns + `/>`},
	"object-lock": {name: "ObjectLockConfiguration",
		missing: "ObjectLockConfigurationNotFoundError", message: "Object Lock configuration does not exist for this bucket"},
	"policyStatus": {name: "PolicyStatus", initial: `<PolicyStatus` + xmlns + `><IsPublic>FALSE</IsPublic></PolicyStatus>`},
	"replication": {name: "Replication", action: "ReplicationConfiguration",
		missing: "ReplicationConfigurationNotFoundError", message: "The replication configuration was not found"},
	"requestPayment": {name: "RequestPayment", initial: `<RequestPaymentConfiguration` + xmlns + `><Payer>BucketOwner</Payer></RequestPaymentConfiguration>`},
	"website": {name: "Website",
		missing: "NoSuchWebsiteConfiguration", message: "The specified bucket does not have a website configuration"},
}

// owner is the canonical user ID of the local account.
const owner = "0000000000000000000000000000000000000000000000000000000000000000"

func noSuchBucket() error {
	return wire.Errorf(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
}

// createInput is the body of CreateBucket.
type createInput struct {
	LocationConstraint string
	Tags               []tag `xml:"Tags>Tag"`
}

type tag struct{ Key, Value string }

func (s *Service) createBucket(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	name := c.Path["Bucket"]
	body, err := readDocument(req)
	if err != nil {
		return err
	}
	var in createInput
	if len(body) > 0 {
		if err := checkXML(body, "CreateBucketConfiguration"); err != nil {
			return err
		}
		if err := xml.Unmarshal(body, &in); err != nil {
			return err
		}
	}
	if err := s.checkCreate(name, in, req.Header); err != nil {
		return err
	}
	b := bucket{Name: name, Created: s.env.Now().UTC(), Configurations: map[string]document{}}
	for sub, c := range configurations {
		if c.initial != "" && c.root != "" {
			b.Configurations[sub] = document{Body: c.initial}
		}
	}
	if len(in.Tags) > 0 {
		b.Configurations["tagging"] = document{Body: tagging(in.Tags)}
	}
	err = s.env.Store.Update(func(tx *store.Tx) error {
		_, exists, err := s.buckets.GetTx(tx, name)
		switch {
		case err != nil:
			return err
		case exists && s.env.Region == classic: // there, creating it twice is no error
			return nil
		case exists:
			return wire.Errorf(http.StatusConflict, "BucketAlreadyOwnedByYou",
				"Your previous request to create the named bucket succeeded and you already own it.")
		}
		return s.buckets.PutTx(tx, name, b)
	})
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/"+name)
	w.WriteHeader(http.StatusOK)
	return nil
}

// classic is the region whose buckets have no location constraint.
const classic = "us-east-1"

func (s *Service) checkCreate(name string, in createInput, header http.Header) error {
	region := in.LocationConstraint
	if region == "" {
		region = classic
	}
	acl := header.Get("X-Amz-Acl")
	switch {
	case gofakes3.ValidateBucketName(name) != nil:
		return wire.Errorf(http.StatusBadRequest, "InvalidBucketName", "The specified bucket is not valid.")
	case region != s.env.Region:
		return wire.Errorf(http.StatusBadRequest, "IllegalLocationConstraintException",
			"The %s location constraint is incompatible for the region specific endpoint this request was sent to.", cmp.Or(in.LocationConstraint, "unspecified"))
	case acl != "" && acl != "private":
		return wire.Errorf(http.StatusBadRequest, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
	case header.Get("X-Amz-Bucket-Object-Lock-Enabled") == "true":
		return wire.Errorf(http.StatusNotImplemented, "NotImplemented", "object lock is not supported by the local cloud")
	}
	return nil
}

func tagging(tags []tag) string {
	raw, _ := xml.Marshal(struct { // text always marshals
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Tagging"`
		Tags    []tag    `xml:"TagSet>Tag"`
	}{Tags: tags})
	return string(raw)
}

func (s *Service) headBucket(w http.ResponseWriter, _ *http.Request, c *wire.Call) error {
	if _, ok, err := s.buckets.Get(c.Path["Bucket"]); err != nil || !ok {
		return cmp.Or(err, noSuchBucket())
	}
	w.Header().Set("X-Amz-Bucket-Region", s.env.Region)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Service) bucketLocation(w http.ResponseWriter, _ *http.Request, c *wire.Call) error {
	if _, ok, err := s.buckets.Get(c.Path["Bucket"]); err != nil || !ok {
		return cmp.Or(err, noSuchBucket())
	}
	region := s.env.Region
	if region == classic {
		region = ""
	}
	writeDocument(w, "<LocationConstraint"+xmlns+">"+region+"</LocationConstraint>")
	return nil
}

// serveConfiguration gets, puts or deletes a bucket's configuration.
func (s *Service) serveConfiguration(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	name, sub := c.Path["Bucket"], c.Path["Subresource"]
	switch req.Method {
	case http.MethodGet:
		return s.getConfiguration(w, name, sub)
	case http.MethodDelete:
		return s.changeConfiguration(w, name, http.StatusNoContent, func(all map[string]document) {
			delete(all, sub)
			if fallback := configurations[sub].fallback; fallback != "" {
				all[sub] = document{Body: fallback}
			}
		})
	}
	body, err := readDocument(req)
	if err != nil {
		return err
	}
	if err := configurations[sub].check(name, sub, body); err != nil {
		return err
	}
	status := http.StatusOK
	if sub == "policy" || sub == "tagging" {
		status = http.StatusNoContent
	}
	put := document{Body: string(body)}
	if sub == "lifecycle" {
		if put.MinimumSize = req.Header.Get(minimumSizeHeader); put.MinimumSize == "" {
			put.MinimumSize = "all_storage_classes_128K"
		}
		w.Header().Set(minimumSizeHeader, put.MinimumSize)
	}
	return s.changeConfiguration(w, name, status, func(all map[string]document) { all[sub] = put })
}

func (s *Service) changeConfiguration(w http.ResponseWriter, name string, status int, change func(map[string]document)) error {
	err := s.changeBucket(name, func(_ *store.Tx, b *bucket) error {
		change(b.Configurations)
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(status)
	return nil
}

// changeBucket changes the record of a bucket, unless f returns an error.
func (s *Service) changeBucket(name string, f func(*store.Tx, *bucket) error) error {
	return s.env.Store.Update(func(tx *store.Tx) error {
		b, ok, err := s.buckets.GetTx(tx, name)
		if err != nil || !ok {
			return cmp.Or(err, noSuchBucket())
		}
		b.Configurations = maps.Clone(b.Configurations)
		if err := f(tx, &b); err != nil {
			return err
		}
		return s.buckets.PutTx(tx, name, b)
	})
}

func (s *Service) getConfiguration(w http.ResponseWriter, name, sub string) error {
	b, ok, err := s.buckets.Get(name)
	if err != nil || !ok {
		return cmp.Or(err, noSuchBucket())
	}
	c := configurations[sub]
	d, ok := b.Configurations[sub]
	if !ok && (c.root == "" || c.stays) && c.initial != "" {
		d, ok = document{Body: c.initial}, true
	}
	if _, public := b.Configurations["policy"]; sub == "policyStatus" && !public {
		ok, c = false, configurations["policy"]
	}
	if !ok {
		return wire.Errorf(http.StatusNotFound, c.missing, "%s", c.message)
	}
	if c.root == "json" {
		w.Header().Set("Content-Type", "application/json")
	}
	if d.MinimumSize != "" {
		w.Header().Set(minimumSizeHeader, d.MinimumSize)
	}
	writeDocument(w, d.Body)
	return nil
}

// check refuses what is no document of that kind.
func (c configuration) check(bucket, sub string, body []byte) error {
	if c.root == "json" {
		if !json.Valid(body) || body[0] != '{' {
			return malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
		}
		return checkPolicy(bucket, body)
	}
	if err := checkXML(body, c.root); err != nil {
		return err
	}
	if sub == "versioning" {
		if status := versioningStatus(string(body)); !slices.Contains([]string{"Enabled", "Suspended"}, status) {
			return wire.Errorf(http.StatusBadRequest, "IllegalVersioningConfigurationException", "The Versioning element must be specified")
		}
	}
	return nil
}

// versioning returns the bucket's versioning: Enabled, Suspended, or "".
func (b bucket) versioning() string {
	return versioningStatus(b.Configurations["versioning"].Body)
}

// versioningStatus returns the status in a versioning configuration: Enabled,
// Suspended, or "" for a bucket that never had versions.
func versioningStatus(body string) string {
	var v struct{ Status string }
	_ = xml.Unmarshal([]byte(body), &v) // it was checked when it was put
	return v.Status
}

func writeDocument(w http.ResponseWriter, body string) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/xml")
	}
	w.WriteHeader(http.StatusOK)
	_, _ = fmt.Fprint(w, body) // the client is gone: there is no one to report an error to
}
