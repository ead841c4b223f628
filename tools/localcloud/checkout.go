package localcloud

import (
	"crypto/sha256"
	"encoding/base32"
	"net/http"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// checkoutKey is the prefix of the access keys for the local cloud of one
// checkout.
const checkoutKey = "SEASTACK"

// AccessKey returns the access key that belongs to the local cloud in dir, an
// absolute path, and to no other. A client that signs with it cannot reach the
// cloud of another checkout by mistake.
func AccessKey(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return checkoutKey + base32.StdEncoding.EncodeToString(sum[:10])
}

// checkoutAuthority refuses the access keys of other checkouts' clouds: their
// resources are not in this one. It accepts any other key, as iam does.
type checkoutAuthority struct {
	*iam.Service
	dir string
}

func (a checkoutAuthority) Principal(accessKeyID, sessionToken string) (wire.Principal, error) {
	if strings.HasPrefix(accessKeyID, checkoutKey) && accessKeyID != AccessKey(a.dir) {
		return wire.Principal{}, wire.Errorf(http.StatusForbidden, "InvalidClientTokenId",
			"The security token included in the request is invalid: it belongs to the local cloud of another checkout, and this is the one in %s. "+
				"Run `go tool seastack up` in the checkout of the client.", a.dir)
	}
	return a.Service.Principal(accessKeyID, sessionToken)
}
