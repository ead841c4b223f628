package lambda

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/codestore"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/tags"
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxZip is the largest zip in a request, in bytes (50 MB).
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxZip = 50 << 20

// codeInput is where a function's zip is: in the request, or in a bucket.
type codeInput struct {
	ZipFile                          []byte
	S3Bucket, S3Key, S3ObjectVersion string
}

type createInput struct {
	settings
	FunctionName  string
	Code          codeInput
	PackageType   string
	Architectures []string
	Publish       bool
	Tags          map[string]string
}

func (s *Service) createFunction(_ context.Context, c *wire.Call, in *createInput) (*Configuration, error) {
	r, err := s.checkCreate(in)
	if err != nil {
		return nil, err
	}
	code, err := s.store(c, in.Code)
	if err != nil {
		return nil, err
	}
	f := function{Latest: s.newVersion(r, in, code), NextVersion: 1, Tags: in.Tags}
	answer := f.Latest
	err = s.update(func(tx *store.Tx) error {
		if _, ok, err := s.functions.GetTx(tx, r.Name); err != nil || ok {
			return cmp.Or[error](err, apierror.Conflict("Function already exist: %s", r.Name))
		}
		if in.Publish {
			if answer, err = s.publishTx(tx, &f, nil); err != nil {
				return err
			}
		}
		return s.functions.PutTx(tx, r.Name, f)
	})
	if err != nil {
		return nil, err
	}
	return s.created(answer, r), nil
}

func (s *Service) checkCreate(in *createInput) (names.Reference, error) {
	r, err := s.names.Parse(in.FunctionName, "")
	if err != nil {
		return r, err
	}
	if r.Qualifier != "" {
		return r, apierror.Invalid("The function name %s must not have a qualifier.", in.FunctionName)
	}
	if err := cmp.Or[error](in.checkKind(), tags.Check(in.Tags)); err != nil {
		return r, err
	}
	if err := in.check(); err != nil {
		return r, err
	}
	if err := s.checkRole(*in.Role); err != nil {
		return r, err
	}
	return r, s.checkDeadLetter(*in.Role, in.DeadLetterConfig)
}

func (in *createInput) checkKind() error {
	var v apierror.Violations
	if in.Role == nil {
		v.Add("null", "role", "Member must not be null")
	}
	checkArchitectures(&v, in.Architectures)
	if err := v.Err(); err != nil {
		return err
	}
	switch {
	case in.PackageType != "" && in.PackageType != "Zip":
		return apierror.Invalid("%s", members.Unsupported("PackageType "+in.PackageType))
	case in.Runtime == nil || in.Handler == nil:
		return apierror.Invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
	}
	return nil
}

func checkArchitectures(v *apierror.Violations, given []string) {
	if len(given) > 1 {
		v.Add(given, "architectures", "Member must have length less than or equal to 1")
	}
	for _, a := range given {
		if !slices.Contains([]string{"x86_64", "arm64"}, a) {
			v.Add(given, "architectures", "Member must satisfy constraint: "+
				"[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]")
		}
	}
}

// checkDeadLetter returns AWS's error if a function with this role cannot have d.
func (s *Service) checkDeadLetter(role string, d *DeadLetterConfig) error {
	if d == nil || d.TargetArn == "" {
		return nil
	}
	return s.events.CheckDeadLetter(role, d.TargetArn)
}

func (s *Service) checkRole(arn string) error {
	if s.deps.Roles == nil {
		return nil
	}
	if err := s.deps.Roles.CheckTrust(arn); err != nil {
		return apierror.Invalid("The role defined for the function cannot be assumed by Lambda.")
	}
	return nil
}

// store stores the code of a request.
func (s *Service) store(c *wire.Call, in codeInput) (codestore.Code, error) {
	inBucket := in.S3Bucket != "" || in.S3Key != ""
	switch {
	case len(in.ZipFile) > 0 && inBucket:
		return codestore.Code{}, apierror.Invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.")
	case len(in.ZipFile) == 0 && !inBucket:
		return codestore.Code{}, apierror.Invalid("Please provide a source for function code.")
	case len(in.ZipFile) > maxZip:
		return codestore.Code{}, apierror.User(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException",
			"Zipped size must be smaller than %d bytes", maxZip)
	}
	if inBucket {
		var err error
		if in.ZipFile, err = s.fetch(c, in); err != nil {
			return codestore.Code{}, err
		}
	}
	code, err := s.code.Put(in.ZipFile)
	switch {
	case errors.Is(err, codestore.ErrEmpty):
		return code, apierror.Invalid("Uploaded file must be a non-empty zip")
	case errors.Is(err, codestore.ErrNotAZip):
		return code, apierror.Invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
	case errors.Is(err, codestore.ErrTooLarge):
		return code, apierror.Invalid("Unzipped size must be smaller than %d bytes", codestore.MaxUnpacked)
	}
	return code, err
}

// fetch reads a zip from a bucket, with the rights of the caller.
func (s *Service) fetch(c *wire.Call, in codeInput) ([]byte, error) {
	switch {
	case s.deps.Objects == nil:
		return nil, apierror.Invalid("%s", members.Unsupported("Code.S3Bucket"))
	case in.S3Bucket == "" || in.S3Key == "":
		return nil, apierror.Invalid("Both S3Bucket and S3Key are required.")
	}
	if s.deps.Authority != nil && c.Principal.RoleARN != "" {
		if err := s.deps.Authority.Authorize(c.Principal, "s3:GetObject", "arn:aws:s3:::"+in.S3Bucket+"/"+in.S3Key); err != nil {
			return nil, apierror.User(http.StatusForbidden, "AccessDeniedException", "Your access has been denied by S3, please make sure "+
				"your request credentials have permission to GetObject for %s/%s. S3 Error Code: AccessDenied.", in.S3Bucket, in.S3Key)
		}
	}
	object, size, err := s.deps.Objects.Open(in.S3Bucket, in.S3Key, in.S3ObjectVersion)
	var refused *wire.Error
	if errors.As(err, &refused) {
		return nil, apierror.Invalid("Error occurred while GetObject. S3 Error Code: %s. S3 Error Message: %s", refused.Code, refused.Message)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = object.Close() }() // opened for reading
	if size > codestore.MaxUnpacked {
		return nil, apierror.Invalid("Unzipped size must be smaller than %d bytes", codestore.MaxUnpacked)
	}
	return io.ReadAll(object)
}

func (s *Service) newVersion(r names.Reference, in *createInput, code codestore.Code) version {
	v := version{Config: Configuration{
		FunctionName: r.Name, FunctionArn: s.names.ARN(r), Version: names.Latest,
		Timeout: 3, MemorySize: 128, PackageType: "Zip", Architectures: []string{"x86_64"},
		TracingConfig:    TracingConfig{Mode: "PassThrough"},
		EphemeralStorage: EphemeralStorage{Size: 512},
		SnapStart:        SnapStart{ApplyOn: "None", OptimizationStatus: "Off"},
		LoggingConfig:    LoggingConfig{LogFormat: "Text", LogGroup: "/aws/lambda/" + r.Name},
	}}
	in.apply(&v.Config)
	v.setCode(code, in.Architectures)
	s.touch(&v)
	return v
}

func (v *version) setCode(code codestore.Code, architectures []string) {
	v.Digest, v.Config.CodeSha256, v.Config.CodeSize = code.Digest, code.SHA256(), code.Size
	if len(architectures) > 0 {
		v.Config.Architectures = architectures
	}
}
