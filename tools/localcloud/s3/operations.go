package s3

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// route is what a request's operation follows from: its method, what its path
// names, and the subresource in its query string.
type route struct{ method, scope, subresource string }

// The scopes of a path.
const (
	account  = "account"
	ofBucket = "bucket"
	ofObject = "object"
)

// operation is an operation of S3, with the IAM actions that it needs; that of
// CopyObject's source is checked by itself.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
type operation struct{ name, action string }

// routes are the operations of objects, which the engine serves, and those of
// buckets themselves. The operations of configurations are added to them.
var routes = map[route]operation{
	{"GET", account, ""}:              {"ListBuckets", "ListAllMyBuckets"},
	{"PUT", ofBucket, ""}:             {"CreateBucket", "CreateBucket"},
	{"HEAD", ofBucket, ""}:            {"HeadBucket", "ListBucket"},
	{"DELETE", ofBucket, ""}:          {"DeleteBucket", "DeleteBucket"},
	{"GET", ofBucket, "location"}:     {"GetBucketLocation", "GetBucketLocation"},
	{"GET", ofBucket, ""}:             {"ListObjects", "ListBucket"},
	{"GET", ofBucket, "list-type"}:    {"ListObjectsV2", "ListBucket"},
	{"GET", ofBucket, "versions"}:     {"ListObjectVersions", "ListBucketVersions"},
	{"GET", ofBucket, "uploads"}:      {"ListMultipartUploads", "ListBucketMultipartUploads"},
	{"POST", ofBucket, "delete"}:      {"DeleteObjects", "DeleteObject"},
	{"GET", ofObject, ""}:             {"GetObject", "GetObject"},
	{"GET", ofObject, "versionId"}:    {"GetObjectVersion", "GetObjectVersion"},
	{"HEAD", ofObject, ""}:            {"HeadObject", "GetObject"},
	{"HEAD", ofObject, "versionId"}:   {"HeadObjectVersion", "GetObjectVersion"},
	{"PUT", ofObject, ""}:             {"PutObject", "PutObject"},
	{"PUT", ofObject, copySource}:     {"CopyObject", "PutObject"},
	{"DELETE", ofObject, ""}:          {"DeleteObject", "DeleteObject"},
	{"DELETE", ofObject, "versionId"}: {"DeleteObjectVersion", "DeleteObjectVersion"},
	{"POST", ofObject, "uploads"}:     {"CreateMultipartUpload", "PutObject"},
	{"PUT", ofObject, "uploadId"}:     {"UploadPart", "PutObject"},
	{"POST", ofObject, "uploadId"}:    {"CompleteMultipartUpload", "PutObject"},
	{"DELETE", ofObject, "uploadId"}:  {"AbortMultipartUpload", "AbortMultipartUpload"},
	{"GET", ofObject, "uploadId"}:     {"ListParts", "ListMultipartUploadParts"},
	{"GET", ofObject, "tagging"}:      {"GetObjectTagging", "GetObjectTagging"},
	{"PUT", ofObject, "tagging"}:      {"PutObjectTagging", "PutObjectTagging"},
	{"DELETE", ofObject, "tagging"}:   {"DeleteObjectTagging", "DeleteObjectTagging"},
}

func init() {
	for name, c := range configurations {
		routes[route{"GET", ofBucket, name}] = operation{"GetBucket" + c.name, c.read()}
		if c.root != "" {
			routes[route{"PUT", ofBucket, name}] = operation{"PutBucket" + c.name, c.write()}
		}
		if c.root != "" && !c.stays {
			routes[route{"DELETE", ofBucket, name}] = operation{"DeleteBucket" + c.name, c.remove()}
		}
	}
}

// copySource stands for a subresource where a request's header names what to copy.
const copySource = "copy source"

// plain are the names of query strings that choose no operation.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
var plain = []string{
	"allow-unordered", "continuation-token", "delimiter", "encoding-type", "fetch-owner", "key-marker", "marker", "max-buckets", "max-keys",
	"max-parts", "max-uploads", "part-number-marker", "partNumber", "prefix", "response-", "start-after", "upload-id-marker",
	"version-id-marker", "x-id", "X-Amz-",
}

// find returns the operation of a request, by the path's first segment as the
// bucket: clients use such paths with an endpoint that is an IP address.
func find(req *http.Request) (string, map[string]string) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "/")
	r := route{req.Method, account, ""}
	switch {
	case key != "":
		r.scope = ofObject
	case bucket != "":
		r.scope = ofBucket
	}
	query := req.URL.Query()
	for name := range query {
		if !isPlain(name) && (r.subresource == "" || r.subresource == "versionId") {
			r.subresource = name
		}
	}
	if req.Header.Get("X-Amz-Copy-Source") != "" {
		r.subresource += copySource // UploadPartCopy is none of the operations
	}
	if r.scope == ofObject && r.subresource == "versionId" && query.Get("versionId") == "null" && req.Method != http.MethodDelete {
		r.subresource = ""
	}
	return routes[r].name, map[string]string{"Bucket": bucket, "Key": key, "Subresource": r.subresource}
}

func isPlain(name string) bool {
	for _, p := range plain {
		if name == p || strings.HasSuffix(p, "-") && strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

func (s *Service) operations() []wire.Operation {
	var all []wire.Operation
	for r, o := range routes {
		op := wire.Operation{Name: o.name, Action: o.action, Resource: resource, Serve: s.serve(r)}
		op.SetsPolicy = r.subresource == "policy"
		op.Free = o.name == "DeleteObjects" // which authorizes each key
		if r.scope == ofBucket && r.method == http.MethodGet && strings.HasPrefix(o.action, "ListBucket") {
			op.Keys = listKeys
		}
		all = append(all, op)
	}
	return all
}

// listKeys returns the condition keys of a request that lists a bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
func listKeys(c *wire.Call) map[string][]string {
	keys := map[string][]string{}
	for _, name := range listConditions {
		if value := c.Query.Get(name); value != "" {
			keys["s3:"+name] = []string{value}
		}
	}
	return keys
}

// listConditions are the parameters of a list that are condition keys, too.
var listConditions = []string{"delimiter", "max-keys", "prefix"}

func resource(c *wire.Call) string {
	if c.Path["Bucket"] == "" {
		return "*"
	}
	return ARN(c.Path["Bucket"], c.Path["Key"])
}

func (s *Service) serve(r route) func(http.ResponseWriter, *http.Request, *wire.Call) error {
	if r == (route{"PUT", ofBucket, "notification"}) {
		return s.putNotifications
	}
	if _, ok := configurations[r.subresource]; ok && r.scope == ofBucket {
		return s.serveConfiguration
	}
	switch (route{r.method, r.scope, r.subresource}) {
	case route{"PUT", ofBucket, ""}:
		return s.createBucket
	case route{"HEAD", ofBucket, ""}:
		return s.headBucket
	case route{"GET", ofBucket, "location"}:
		return s.bucketLocation
	case route{"POST", ofBucket, "delete"}:
		return s.deleteObjects
	case route{"PUT", ofObject, copySource}:
		return s.copyObject
	}
	if r.scope == ofObject && r.subresource == "tagging" {
		return s.serveObjectTagging
	}
	if created, ok := changing[r]; ok {
		return s.serveChange(created)
	}
	if r == (route{"POST", ofObject, "uploadId"}) {
		return s.completeUpload
	}
	return s.serveEngine
}

// copyObject checks that the caller may read what it copies.
func (s *Service) copyObject(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	source, err := url.PathUnescape(req.Header.Get("X-Amz-Copy-Source"))
	if err != nil {
		return wire.Errorf(http.StatusBadRequest, "InvalidArgument", "Invalid copy source encoding")
	}
	if err := s.authorize(c, "s3:GetObject", "arn:aws:s3:::"+strings.TrimPrefix(source, "/")); err != nil {
		return err
	}
	return s.serveChange(createdByCopy)(w, req, c)
}

// deleteObjects checks each key that is to be deleted.
func (s *Service) deleteObjects(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	body, err := readDocument(req)
	if err != nil {
		return err
	}
	if err := checkXML(body, "Delete"); err != nil {
		return err
	}
	var in struct {
		Object []struct{ Key, VersionId string }
	}
	if err := xml.Unmarshal(body, &in); err != nil {
		return err
	}
	for _, o := range in.Object {
		action := "s3:DeleteObject"
		if o.VersionId != "" {
			action = "s3:DeleteObjectVersion"
		}
		if err := s.authorize(c, action, ARN(c.Path["Bucket"], o.Key)); err != nil {
			return err
		}
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	return s.serveChange("")(w, req, c)
}

func (s *Service) authorize(c *wire.Call, action, resource string) error {
	return s.authority.Authorize(c.Principal, action, resource)
}

// maxDocument is the largest document of a bucket, in bytes; lifecycles have
// 1,000 rules at most, and DeleteObjects 1,000 keys of 1,024 bytes.
const maxDocument = 2 << 20

// readDocument reads a request's body.
func readDocument(req *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxDocument {
		return nil, wire.Errorf(http.StatusBadRequest, "MaxMessageLengthExceeded", "Your request was too large.")
	}
	return body, nil
}

// checkXML refuses a document that is not XML with that root.
func checkXML(body []byte, root string) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	found := ""
	for {
		t, err := d.Token()
		if err == io.EOF && found == root {
			return nil
		}
		if start, ok := t.(xml.StartElement); ok && found == "" {
			found = start.Name.Local
		}
		if err != nil || found != "" && found != root {
			return malformedXML()
		}
	}
}

func malformedXML() error {
	return wire.Errorf(http.StatusBadRequest, "MalformedXML",
		"The XML you provided was not well-formed or did not validate against our published schema")
}
