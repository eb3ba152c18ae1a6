// Made from openapi.yaml by tools/api.mjs.

export interface paths {
    "/device/v1/enroll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a device in by its claim code */
        post: operations["enrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/device/v1/scan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask whether a code may open a door
         * @description Signed by the device; the answer is signed too.
         */
        post: operations["scan_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{number}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Disable or enable an account */
        put: operations["set_disabled"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a code for registering, logging in or resetting a password
         * @description The answer and its timing are the same whether or not the account exists.
         */
        post: operations["request_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/consent-texts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the texts to agree to */
        get: operations["consent_texts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a password
         * @description `identifier` is a 车安通 ID, a phone or an e-mail address.
         */
        post: operations["log_in_with_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login/sms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in with an SMS code */
        post: operations["log_in_with_sms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login/wechat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with WeChat
         * @description The first login of a WeChat user creates an account.
         */
        post: operations["log_in_with_wechat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log out */
        post: operations["log_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset a forgotten password
         * @description All sign-ins of the account end.
         */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh tokens
         * @description A refresh token is valid for one use; a second use ends the sign-in. If the answer was lost, the identical request
         *     may be repeated under the same `Idempotency-Key` within a minute, and gets the same answer.
         */
        post: operations["refresh_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register an account */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/card-bindings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List bound cards */
        get: operations["list_bindings"];
        put?: never;
        /**
         * Request a card binding
         * @description The answer is the same whether or not the card exists and the phone matches; both are checked after the answer, and
         *     a code is sent only if both are right.
         */
        post: operations["request_binding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/card-bindings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See a card in full */
        get: operations["card"];
        put?: never;
        post?: never;
        /** Unbind a card */
        delete: operations["unbind"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/card-bindings/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a card binding
         * @description With the code from the SMS.
         */
        post: operations["confirm_binding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/card-bindings/{id}/uses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See the last uses of a card */
        get: operations["uses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the account */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/closing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close the account
         * @description All sign-ins end. Until `eraseAt` the user may log in and cancel the closure.
         */
        post: operations["close"];
        /** Cancel account closure */
        delete: operations["keep"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Request a code for the signed-in account */
        post: operations["request_own_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List consents */
        get: operations["consents"];
        put?: never;
        /**
         * Give consents
         * @description Requests that answered `consent-required` work again at once; cards need not be bound again.
         */
        post: operations["consent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/consents/{purpose}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw a consent
         * @description Existing codes become invalid at once; credentials, unlock requests and bindings answer `consent-required` until the
         *     user agrees again. Logging in, reading, unbinding, exporting and closing the account remain possible.
         */
        delete: operations["withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set or change e-mail address */
        put: operations["change_email"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/email/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove e-mail address */
        post: operations["remove_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export the account's data */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change password
         * @description All other sign-ins end, the current one stays.
         */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change phone number */
        put: operations["change_phone"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List sign-ins */
        get: operations["sign_ins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a sign-in
         * @description Codes that its phone can still make become invalid.
         */
        delete: operations["end_sign_in"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/site": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the current site */
        get: operations["current_site"];
        /** Set the current site */
        put: operations["choose_site"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/wechat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Link WeChat (互通)
         * @description If the WeChat user only has an account made by a WeChat login, that account is merged into this one. If the WeChat
         *     user has a full account, `linked` is false and the user can be moved with `ticket`.
         */
        put: operations["link_wechat"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/wechat/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move a WeChat user from another account
         * @description Needs proofs of both accounts; the other account gets a notice.
         */
        post: operations["move_wechat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/wechat/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unlink WeChat */
        post: operations["unlink_wechat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List notices, newest first */
        get: operations["list_notices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List roles */
        get: operations["holders"];
        put?: never;
        /** Grant a role */
        post: operations["grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/roles/{account}/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a role */
        delete: operations["take_away"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search sites
         * @description Ordered by group: the caller's own sites, then sites chosen before, then the nearest if a position is given, then
         *     all others by pinyin.
         */
        get: operations["list_sites"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a site */
        get: operations["find_site"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See who may open what
         * @description `ETag` is the version to send back in `If-Match`.
         */
        get: operations["access"];
        /** Say who may open what */
        put: operations["set_access"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/access/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask why a card opens a door, or does not */
        get: operations["explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/cards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List registered cards */
        get: operations["list_cards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/cards.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export cards as CSV
         * @description Names, phones and plates are not masked. The export is recorded in the audit log with the caller and the reason. The
         *     file can be imported again.
         */
        get: operations["export_cards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/cards/{card}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set card state
         * @description Lost, frozen, active, replaced or returned. Holders of the card get a notice, and doors use the new state at once.
         */
        put: operations["set_card_state"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the keys for making codes at a site */
        get: operations["own_credentials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/doors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the doors of a site and how they stand */
        get: operations["doors_of_site"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/host-imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List imports, newest first */
        get: operations["list_host_imports"];
        put?: never;
        /**
         * Upload a file to import
         * @description CSV (UTF-8 or GBK) or XLSX as the raw body, not in a form, at most 64 MiB and 200,000 rows. The file is checked in the background;
         *     nothing changes until the import is applied.
         */
        post: operations["begin_host_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/host-imports/template.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a template
         * @description A CSV file without rows. Its header has every column that an import reads.
         */
        get: operations["host_import_template"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/host-imports/{import}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an import */
        get: operations["see_host_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/host-imports/{import}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply a checked import
         * @description Rows are applied in the background, in batches; `rowsDone` shows the progress. Holders of changed cards get a
         *     notice, and doors use the new data at once.
         */
        post: operations["apply_host_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/host-imports/{import}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Discard an import
         * @description The uploaded file is deleted.
         */
        post: operations["discard_host_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/hosts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List hosts */
        get: operations["list_hosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/hosts.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export hosts as CSV
         * @description Names and phones are not masked. The export is recorded in the audit log with the caller and the reason. The file
         *     can be imported again.
         */
        get: operations["export_hosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List imports, newest first */
        get: operations["list_imports"];
        put?: never;
        /**
         * Upload a file to import
         * @description CSV (UTF-8 or GBK) or XLSX as the raw body, not in a form, at most 64 MiB and 200,000 rows. The file is checked in the background;
         *     nothing changes until the import is applied.
         */
        post: operations["begin_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/imports/template.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a template
         * @description A CSV file without rows. Its header has every column that an import reads.
         */
        get: operations["import_template"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/imports/{import}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an import */
        get: operations["see_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/imports/{import}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply a checked import
         * @description Rows are applied in the background, in batches; `rowsDone` shows the progress. Holders of changed cards get a
         *     notice, and doors use the new data at once.
         */
        post: operations["apply_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/imports/{import}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Discard an import
         * @description The uploaded file is deleted.
         */
        post: operations["discard_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List reconciliations, newest first */
        get: operations["reconciliations"];
        put?: never;
        /** Start a reconciliation with the installed card system */
        post: operations["reconcile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the settings of a site
         * @description `ETag` is the version to send back in `If-Match`.
         */
        get: operations["site_settings"];
        /** Change the settings of a site */
        put: operations["set_site_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unlocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a door without a reader
         * @description The `Idempotency-Key` names the shake: however often it comes, the lock moves once. 202 where the door has not answered
         *     yet; 409 `choose-door` names the doors in `doors`.
         */
        post: operations["unlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unlocks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what became of an opening */
        get: operations["unlocking"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The access rules of a site as one document, which is read and replaced as a whole. */
        AccessDocument: {
            /**
             * @description Groups of doors (权限组).
             * @default []
             */
            doorGroups: components["schemas"]["DoorGroup"][];
            /**
             * @description Groups of cardholders.
             * @default []
             */
            holderGroups: components["schemas"]["HolderGroup"][];
            /**
             * @description Holidays with other hours.
             * @default []
             */
            holidays: components["schemas"]["HolidayCalendar"];
            /** @default null */
            lockdown: components["schemas"]["Override"] | null;
            /**
             * @description Modes of doors; doors without an entry follow the rules.
             * @default {}
             */
            modes: {
                [key: string]: components["schemas"]["DoorMode"];
            };
            /**
             * @description Access rules.
             * @default []
             */
            rules: components["schemas"]["Rule"][];
        };
        /** @description Whether a card opens a door, and why. */
        AccessExplanation: {
            /** @description What decided. */
            by: components["schemas"]["Decider"];
            /** @description Its kind. */
            cardKind: components["schemas"]["CardKind"];
            /** @description What the card's issuer says of it. */
            cardState: components["schemas"]["CardState"];
            changesAt?: components["schemas"]["Timestamp"] | null;
            /** @description Whether it opens. */
            decision: components["schemas"]["Decision"];
            /** @description The holiday whose hours count on that day. */
            holiday?: string | null;
            /** @description Why. */
            reason: components["schemas"]["Reason"];
            ruleId?: components["schemas"]["PolicyId"] | null;
            /** @description What each rule of the site says. */
            rules: components["schemas"]["RuleVerdict"][];
            /** @description The reason in words. */
            text: string;
        };
        /** @description The caller's account. */
        Account: {
            /** @description Texts whose current version the user has not agreed to. */
            consentsDue: components["schemas"]["ConsentPurpose"][];
            /**
             * @description Withdrawn consents, a part of `consentsDue`: until the user agrees again, credentials, unlock requests and
             *     bindings answer `consent-required`.
             */
            consentsWithdrawn: components["schemas"]["ConsentPurpose"][];
            /** @description When the account was created. */
            createdAt: components["schemas"]["Timestamp"];
            /**
             * @description E-mail address, masked.
             * @example z***@example.com
             */
            email?: string | null;
            eraseAt?: components["schemas"]["Timestamp"] | null;
            /** @description Whether a password is set. */
            hasPassword: boolean;
            /** @description Account id. */
            id: components["schemas"]["AccountId"];
            /** @description 车安通 ID. */
            number: components["schemas"]["AccountNumber"];
            /**
             * @description Phone, masked.
             * @example 138****1001
             */
            phone?: string | null;
            /** @description Roles of the account. */
            roles: components["schemas"]["RoleGrant"][];
            /** @description State of the account. */
            state: components["schemas"]["AccountState"];
            /** @description Whether a WeChat user is linked. */
            wechatLinked: boolean;
        };
        /** Format: uuid */
        AccountId: string;
        /** @example 10000007 */
        AccountNumber: string;
        /**
         * @description State of an account. The numbers are those of the rows.
         * @enum {string}
         */
        AccountState: "active" | "disabled" | "closing" | "erased" | "merged";
        /**
         * @description The action that a proof is for.
         * @enum {string}
         */
        Act: "password" | "phone" | "email" | "wechat" | "closing";
        /** Format: uuid */
        BindingId: string;
        /**
         * @description State of a binding. The numbers are those of the rows.
         * @enum {string}
         */
        BindingState: "challenged" | "bound" | "failed" | "unbound" | "superseded" | "suspended" | "revoked";
        /** Format: uuid */
        BootId: string;
        /**
         * @description Byte order of a chip's four bytes in the printed number.
         * @enum {string}
         */
        ByteOrder: "straight" | "reversed";
        /** Format: base64url */
        Bytes: string;
        /** @description A card, as last reported by its card system. */
        Card: {
            /** @description When the card system reported this. */
            asOf: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Balance in fen; stored-value cards only.
             */
            balance?: number | null;
            /** @description Whether a household may share the card. */
            shared: boolean;
            /** @description State of the card. */
            state: components["schemas"]["CardState"];
            validUntil?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A card binding. */
        CardBinding: {
            card?: components["schemas"]["Card"] | null;
            expiresAt?: components["schemas"]["Timestamp"] | null;
            /** @description Binding id. */
            id: components["schemas"]["BindingId"];
            /** @description Kind of card. */
            kind: components["schemas"]["CardKind"];
            /**
             * @description Printed number, masked.
             * @example ****5678
             */
            number: string;
            /** @description Site of the card. */
            siteId: components["schemas"]["SiteId"];
            /** @description State of the binding. */
            state: components["schemas"]["BindingState"];
        };
        /** @description The format of a site's printed card numbers. The default is opaque text. */
        CardFormat: {
            /** @description Byte order of the number. */
            byteOrder?: components["schemas"]["ByteOrder"];
            /** @description Format of the number. */
            format: components["schemas"]["NumberFormat"];
        };
        /** Format: uuid */
        CardId: string;
        /** @description A card in full. */
        CardInfo: components["schemas"]["CardBinding"] & {
            /** @description The doors it opens. */
            doors: components["schemas"]["OpenDoor"][];
            /**
             * @description Holder, masked.
             * @example 陈**
             */
            holder?: string | null;
            /**
             * @description Plates of the cars it lets in, masked.
             * @example [
             *       "湘A***18"
             *     ]
             */
            plates: string[];
        };
        /**
         * @description Kinds of card (卡类型).
         * @enum {string}
         */
        CardKind: "member" | "stored_value" | "access";
        /**
         * @description State of a card, as set by its issuer.
         * @enum {string}
         */
        CardState: "active" | "lost" | "frozen" | "replaced" | "returned";
        /** @description A use of a card. */
        CardUse: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Open or not. */
            decision: components["schemas"]["Decision"];
            /** @description At which door. */
            doorId: components["schemas"]["DoorId"];
            /** @description Its name, while it stands. */
            doorName?: string | null;
            /** @description Why. */
            reason: components["schemas"]["Reason"];
            /** @description The reason in words. */
            text: string;
        };
        /** Format: uuid */
        ChallengeId: string;
        /** @description The doors to choose from, beside the problem. */
        ChooseDoor: {
            /** @description The nearest first, where that is known. */
            doors: components["schemas"]["DoorChoice"][];
        };
        /** @description A closed account. */
        Closing: {
            /** @description When the account will be erased; until then the user may log in and cancel the closure. */
            eraseAt: components["schemas"]["Timestamp"];
        };
        /**
         * @description Purpose of a code that is requested before signing in.
         * @enum {string}
         */
        CodeFor: "register" | "login" | "reset";
        /** Format: uuid */
        CommandId: string;
        /** Format: uuid */
        ConsentId: string;
        /**
         * @description Text that is agreed to. The numbers are those of the rows.
         * @enum {string}
         */
        ConsentPurpose: "privacy" | "terms";
        /** @description The credential of a bound card. */
        Credential: {
            grant?: components["schemas"]["Bytes"] | null;
            /** @description Handle of the credential in codes: 8 bytes, base64url. */
            handle: components["schemas"]["Bytes"];
            /** @description Binding id. */
            id: components["schemas"]["BindingId"];
            /** @description Keys of today and tomorrow (UTC); empty if codes are refused. */
            keys: components["schemas"]["CredentialKey"][];
            /**
             * Format: int32
             * @description Kind byte for the key derivation: 0 member, 1 visitor.
             */
            kind: number;
            /** @description Why codes are refused, or `ok`. */
            reason: components["schemas"]["Reason"];
            /** @description Whether codes of this credential are accepted. */
            state: components["schemas"]["CredentialState"];
        };
        /** @description The key of one day. */
        CredentialKey: {
            /**
             * Format: int32
             * @description UTC day, counted from 1970-01-01.
             */
            day: number;
            /** @description Key, 32 bytes, base64url. A secret: never log it. */
            key: components["schemas"]["Bytes"];
        };
        /**
         * @description Whether codes are accepted.
         * @enum {string}
         */
        CredentialState: "active" | "refused";
        /** @description The data a phone needs to make codes. */
        Credentials: {
            /** @description One credential per bound card. */
            credentials: components["schemas"]["Credential"][];
            /** @description Time of the server's clock. */
            serverTime: components["schemas"]["Timestamp"];
            /** @description Site id. */
            siteId: components["schemas"]["SiteId"];
            /**
             * Format: int32
             * @description Seconds a code is shown.
             */
            step: number;
        };
        DayHours: {
            from: string;
            to: string;
        }[];
        /**
         * @description What decided.
         * @enum {string}
         */
        Decider: "card" | "site_lockdown" | "door_lockdown" | "kept_locked" | "kept_unlocked" | "rule" | "no_rule";
        /**
         * @description Open or not.
         * @enum {string}
         */
        Decision: "grant" | "deny";
        /** @description A door as its device numbers it. */
        DeviceDoorView: {
            /** @description Its id. */
            doorId: components["schemas"]["DoorId"];
            /** @description Its name. */
            name: string;
            /**
             * Format: int32
             * @description The device's number for it.
             */
            number: number;
        };
        /** Format: uuid */
        DeviceId: string;
        /** @description A door to choose. */
        DoorChoice: {
            /**
             * Format: int32
             * @description How far it is, metres, where that is known.
             */
            distance?: number | null;
            /** @description The door. */
            id: components["schemas"]["DoorId"];
            /**
             * @description Its name.
             * @example 大门
             */
            name: string;
        };
        /** @description A group of doors for rules (权限组). */
        DoorGroup: {
            /** @description Doors of the group. */
            doors: components["schemas"]["DoorId"][];
            /** @description Group id. */
            id: components["schemas"]["DoorGroupId"];
            /** @description Group name. */
            name: string;
        };
        /** Format: uuid */
        DoorGroupId: string;
        /** Format: uuid */
        DoorId: string;
        /** @description The mode of a door (门模式). In JSON `{"mode": "lockdown", "until": …}`. */
        DoorMode: {
            /** @enum {string} */
            mode: "normal";
        } | (components["schemas"]["Override"] & {
            /** @enum {string} */
            mode: "keep_unlocked";
        }) | (components["schemas"]["Override"] & {
            /** @enum {string} */
            mode: "keep_locked";
        }) | (components["schemas"]["Override"] & {
            /** @enum {string} */
            mode: "lockdown";
        });
        /** @description Status of a door, as reported by an installed system. */
        DoorStatus: {
            /** @description The door was forced or tampered with (防拆、非法开门). */
            broken: boolean;
            /** @description The controller is connected. */
            connected: boolean;
            /** @description The door was open too long (超时未关门). */
            heldOpen: boolean;
            /** @description The door is open. */
            opened: boolean;
        };
        /**
         * Format: email
         * @example zhang@example.com
         */
        Email: string;
        /** @description A device that was let in. */
        EnrolmentView: {
            /** @description Its id, for `X-Device`. */
            deviceId: components["schemas"]["DeviceId"];
            /** @description Its doors. */
            doors: components["schemas"]["DeviceDoorView"][];
            /** @description Its key: 32 bytes, shown this once. */
            key: components["schemas"]["Bytes"];
            /** @description The server's clock. */
            serverTime: components["schemas"]["Timestamp"];
            /** @description Its site. */
            siteId: components["schemas"]["SiteId"];
        };
        /** @description A group of cardholders. */
        HolderGroup: {
            /** @description Group id. */
            id: components["schemas"]["HolderGroupId"];
            /** @description Group name. */
            name: string;
        };
        /** Format: uuid */
        HolderGroupId: string;
        HolidayCalendar: {
            /** Format: date */
            from: string;
            hours?: components["schemas"]["DayHours"];
            name: string;
            /** Format: date */
            until?: string | null;
            yearly?: boolean;
        }[];
        /** @description A host: a person whom visitors can ask for. */
        Host: {
            /** @description Whether visitors can ask for the host. */
            active: boolean;
            /**
             * @description Department or flat.
             * @example 3栋1201
             */
            department?: string | null;
            /** @description Host id. */
            id: components["schemas"]["HostId"];
            /** @description Whether the host may approve visitors. */
            mayApprove: boolean;
            /**
             * @description Name, masked.
             * @example 陈**
             */
            name: string;
            /**
             * @description Phone, masked.
             * @example 138****0001
             */
            phone: string;
            /** @description When the host was last changed. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** Format: uuid */
        HostId: string;
        /** @example 13800001001 */
        Identifier: string;
        /** @description An import of a file. */
        Import: {
            /** @description Rows applied so far, by effect. */
            applied: components["schemas"]["ImportApplied"];
            /** @description When the file was uploaded. */
            createdAt: components["schemas"]["Timestamp"];
            /**
             * @description Name of the uploaded file.
             * @example 会员卡.xlsx
             */
            fileName: string;
            /** @description Import id. */
            id: components["schemas"]["ImportId"];
            reason?: components["schemas"]["ImportReason"] | null;
            report?: components["schemas"]["ImportReport"] | null;
            /**
             * Format: int64
             * @description Number of rows applied.
             */
            rowsDone: number;
            /**
             * Format: int64
             * @description Number of rows read.
             */
            rowsSeen: number;
            /** @description State of the import. */
            state: components["schemas"]["ImportState"];
            /** @description When the import last made progress. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** @description Applied rows, by effect. */
        ImportApplied: {
            /**
             * Format: int64
             * @description Number of changed records.
             */
            changed: number;
            /**
             * Format: int64
             * @description Number of added records.
             */
            new: number;
            /**
             * Format: int64
             * @description Number of unchanged records.
             */
            same: number;
        };
        /** Format: uuid */
        ImportId: string;
        /** @description Why a file was rejected, or its import failed. */
        ImportReason: {
            /**
             * @description Stable kebab-case code.
             * @example columns-missing
             */
            code: string;
            /**
             * @description What is wrong and what to do.
             * @example 表头缺少“卡号”列，请补上后重新上传
             */
            message: string;
        };
        /** @description The result of checking a file: what applying it would do. */
        ImportReport: {
            /**
             * Format: int64
             * @description Number of rows that would change existing records.
             */
            changed: number;
            /** @description The first hundred changes. */
            changes: components["schemas"]["ImportRowChange"][];
            /** @description The first hundred errors. */
            errorList: components["schemas"]["ImportRowProblem"][];
            /**
             * Format: int64
             * @description Number of rows with errors. The file can only be applied if it is 0.
             */
            errors: number;
            /**
             * Format: int64
             * @description Number of existing records that are not in the file; they are kept. Not counted while rows have errors.
             */
            missing?: number | null;
            /**
             * Format: int64
             * @description Number of rows that would be added.
             */
            new: number;
            /**
             * Format: int64
             * @description Number of rows with content.
             */
            rows: number;
            /**
             * Format: int64
             * @description Number of rows that change nothing.
             */
            same: number;
            /** @description Columns, rows and sheets that are left out, and cells that are taken in a way their owner should know. */
            warnings: string[];
        };
        /** @description A row that changes existing data. */
        ImportRowChange: {
            /**
             * @description Names of the changed fields.
             * @example [
             *       "phone"
             *     ]
             */
            fields: string[];
            /**
             * @description Identifies the record, masked: a card number or a host's phone.
             * @example ******7706
             */
            number: string;
            /**
             * Format: int64
             * @description Row number as in a spreadsheet, from 1.
             */
            row: number;
        };
        /** @description An error in a row. */
        ImportRowProblem: {
            /** @description Stable kebab-case code. */
            code: string;
            /** @description Header of the column; null if the whole row is meant. */
            column?: string | null;
            /**
             * @description Where the error is, what is wrong and what to do.
             * @example 第 12 行“手机号”：请填写 11 位手机号，或留空
             */
            message: string;
            /**
             * Format: int64
             * @description Row number as in a spreadsheet, from 1.
             */
            row: number;
        };
        /**
         * @description State of an import. The numbers are those of the rows.
         * @enum {string}
         */
        ImportState: "checking" | "checked" | "rejected" | "applying" | "done" | "failed" | "discarded" | "expired";
        /** @description The result of linking WeChat. */
        Linked: {
            /** @description Whether the WeChat user is linked to this account now. */
            linked: boolean;
            /**
             * @description Only if not linked: the WeChat user has a full account; the ticket allows moving the user, with proofs of both
             *     accounts.
             */
            ticket?: string | null;
        };
        /** @description A site in the list. */
        ListedSite: {
            /** @description Address, if known. */
            address?: string | null;
            /**
             * Format: int32
             * @description Distance from the given position, metres; only if a position was given and the site's position is known.
             */
            distanceM?: number | null;
            /** @description Why the site is listed at this place. */
            group: components["schemas"]["SiteGroup"];
            /** @description Site id. */
            id: components["schemas"]["SiteId"];
            /**
             * @description Site name.
             * @example 测试Z停车场
             */
            name: string;
            position?: components["schemas"]["Position"] | null;
        };
        /**
         * @description How the user logged in. The numbers are those of the rows.
         * @enum {string}
         */
        Method: "wechat" | "password" | "sms" | "registration" | "operator";
        Methods: ("qr" | "shake")[];
        /** @description The state of an account as set by an administrator. */
        NewAccountState: {
            /** @description Whether the account is disabled. */
            disabled: boolean;
        };
        /** @description Consent to one version of a text. */
        NewAgreement: {
            /** @description Which text. */
            purpose: components["schemas"]["ConsentPurpose"];
            /** @description The version that was shown to the user. */
            version: string;
        };
        /** @description A request to bind a card. */
        NewCardBinding: {
            /** @description Kind of card. */
            kind: components["schemas"]["CardKind"];
            /** @description Number printed on the card. */
            number: components["schemas"]["TypedCardNumber"];
            /** @description Phone on file of the card. */
            phone: components["schemas"]["Phone"];
            /** @description Site that issued the card. */
            siteId: components["schemas"]["SiteId"];
        };
        /** @description A new state of a card. */
        NewCardState: {
            replacedBy?: components["schemas"]["CardId"] | null;
            /** @description State to set. */
            state: components["schemas"]["CardState"];
        };
        /** @description The choice of the current site. */
        NewChoice: {
            /** @description The chosen site. */
            siteId: components["schemas"]["SiteId"];
        };
        /** @description A request for a code before signing in. */
        NewCode: {
            /** @description Phone; for `reset` also a 车安通 ID or an e-mail address. */
            identifier: components["schemas"]["Identifier"];
            /** @description Purpose of the code. */
            purpose: components["schemas"]["CodeFor"];
        };
        /** @description The code from the SMS. */
        NewConfirmation: {
            /** @description Six digits. */
            code: string;
        };
        /** @description Consents to texts. */
        NewConsents: {
            /** @description The texts agreed to. */
            agreements: components["schemas"]["NewAgreement"][];
            /** @description Device name reported by the phone, at most 64 characters. */
            device?: string | null;
        };
        /** @description A change of the e-mail address. */
        NewEmail: {
            /** @description `challengeId` from the request of the code. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description Six digits sent to the new address. */
            code: string;
            /** @description New address. */
            email: components["schemas"]["Email"];
            proof?: components["schemas"]["NewProof"] | null;
        };
        /** @description A device that asks to be let in. */
        NewEnrolment: {
            /** @description The claim code. */
            claim: string;
            /** @description Firmware. */
            fw?: string;
            /** @description Model. */
            model?: string;
            /** @description Serial number. */
            serial: string;
        };
        /** @description Where a phone is, as `wx.getLocation` tells it. */
        NewFix: {
            /**
             * Format: double
             * @description By how many metres that may be off.
             */
            accuracy?: number | null;
            /**
             * Format: double
             * @description Latitude, degrees.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, degrees.
             */
            lng: number;
        };
        /** @description A beacon, as `wx.onBeaconUpdate` tells it. */
        NewHeard: {
            /**
             * Format: int32
             * @description Its first number.
             */
            major: number;
            /**
             * Format: int32
             * @description Its second number.
             */
            minor: number;
            /**
             * Format: int32
             * @description How well it is heard, dBm.
             */
            rssi: number;
            /**
             * Format: uuid
             * @description What it calls itself.
             */
            uuid: string;
        };
        /** @description A WeChat user to link. */
        NewLink: {
            /** @description Code from `wx.login`. */
            code: string;
            proof?: components["schemas"]["NewProof"] | null;
        };
        /** @description A WeChat user to move to this account from another one. */
        NewMove: {
            /** @description Proof for the other account: its password, or a code sent to its phone or address on file. */
            othersProof: components["schemas"]["NewProof"];
            /** @description Proof of identity for this account. */
            proof: components["schemas"]["NewProof"];
            /** @description `ticket` from linking WeChat. */
            ticket: string;
        };
        /** @description A request for a code by a signed-in user. */
        NewOwnCode: {
            act: components["schemas"]["Act"];
            /** @enum {string} */
            purpose: "confirm";
        } | {
            phone: components["schemas"]["Phone"];
            /** @enum {string} */
            purpose: "phone";
        } | {
            email: components["schemas"]["Email"];
            /** @enum {string} */
            purpose: "email";
        } | {
            /** @enum {string} */
            purpose: "move_wechat";
            /** @description `ticket` from linking WeChat. */
            ticket: string;
        };
        /** @description A change of the password. */
        NewOwnPassword: {
            /**
             * Format: password
             * @description New password, 8 to 64 characters.
             */
            newPassword: string;
            /** @description The old password; another proof only if no password is set. */
            proof: components["schemas"]["NewProof"];
        };
        /** @description A login with a password. */
        NewPasswordLogin: {
            /** @description Device name reported by the phone, at most 64 characters. */
            device?: string | null;
            /** @description 车安通 ID, phone or e-mail address. */
            identifier: components["schemas"]["Identifier"];
            /**
             * Format: password
             * @description Password.
             */
            password: string;
        };
        /** @description A change of the phone. */
        NewPhone: {
            /** @description `challengeId` from the request of the code. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description Six digits sent to the new phone. */
            code: string;
            /** @description New phone. */
            phone: components["schemas"]["Phone"];
            /** @description Proof of identity. */
            proof: components["schemas"]["NewProof"];
        };
        /** @description A proof of identity: exactly one of `password`; `challengeId` with `code`; `wechatCode`. */
        NewProof: {
            challengeId?: components["schemas"]["ChallengeId"] | null;
            /** @description Six digits sent to the phone or address on file. */
            code?: string | null;
            /** @description Password. */
            password?: string | null;
            /** @description New code from `wx.login`. */
            wechatCode?: string | null;
        };
        /** @description A refresh of tokens. */
        NewRefresh: {
            /** @description The latest refresh token. */
            refreshToken: string;
        };
        /** @description A registration: with `phone`, `challengeId` and `code`, or with `wechatCode` and `phoneCode`. */
        NewRegistration: {
            /** @description Consents to both texts, in the versions that were shown. */
            agreements: components["schemas"]["NewAgreement"][];
            challengeId?: components["schemas"]["ChallengeId"] | null;
            /** @description Six digits from the SMS. */
            code?: string | null;
            /** @description Device name reported by the phone, at most 64 characters. */
            device?: string | null;
            email?: components["schemas"]["Email"] | null;
            /** @description The phone number has a new owner; only after `phone-maybe-recycled`. */
            newNumber?: boolean;
            /**
             * Format: password
             * @description Password, 8 to 64 characters.
             */
            password: string;
            phone?: components["schemas"]["Phone"] | null;
            /** @description Code from the `getPhoneNumber` button. */
            phoneCode?: string | null;
            /** @description Code from `wx.login`: links this WeChat user to the new account. */
            wechatCode?: string | null;
        };
        /** @description A reset of a forgotten password. */
        NewReset: {
            /** @description `challengeId` from the request of the code. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description Six digits from the SMS or e-mail. */
            code: string;
            /** @description The identifier given when the code was requested. */
            identifier: components["schemas"]["Identifier"];
            /**
             * Format: password
             * @description New password, 8 to 64 characters.
             */
            password: string;
        };
        /** @description A role to grant. */
        NewRole: {
            /** @description 车安通 ID of the account. */
            number: components["schemas"]["AccountNumber"];
            /** @description Role to grant. */
            role: components["schemas"]["Role"];
            siteId?: components["schemas"]["SiteId"] | null;
        };
        /** @description A scan. */
        NewScan: {
            /** @description The device's run. */
            bootId: components["schemas"]["BootId"];
            /** @description What was read. */
            code: string;
            /**
             * Format: int32
             * @description The device's number for the door.
             */
            door: number;
            /** @description Of which kind. */
            kind: components["schemas"]["ScanKind"];
            /** @description When, by the device's clock. */
            readAt: components["schemas"]["Timestamp"];
            /** @description The device's name for it; a retry carries the same. */
            scanId: components["schemas"]["ScanId"];
            /**
             * Format: int64
             * @description Counts the events of that run.
             */
            seq: number;
        };
        /** @description A login with an SMS code. */
        NewSmsLogin: {
            /** @description `challengeId` from the request of the code. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description Six digits from the SMS. */
            code: string;
            /** @description Device name reported by the phone, at most 64 characters. */
            device?: string | null;
            /** @description Password, only needed after `password-needed-too`. */
            password?: string | null;
            /** @description Phone that the code was sent to. */
            phone: components["schemas"]["Phone"];
        };
        /** @description A request to have a door opened. */
        NewUnlock: {
            /** @description The beacons it hears; the first 32 count. */
            beacons?: components["schemas"]["NewHeard"][];
            bindingId?: components["schemas"]["BindingId"] | null;
            doorId?: components["schemas"]["DoorId"] | null;
            notAfter?: components["schemas"]["Timestamp"] | null;
            position?: components["schemas"]["NewFix"] | null;
            /** @description At which site. */
            siteId: components["schemas"]["SiteId"];
        };
        /** @description A login with WeChat. */
        NewWechatLogin: {
            /** @description Consents given at the login. */
            agreements?: components["schemas"]["NewAgreement"][];
            /** @description Code from `wx.login`. */
            code: string;
            /** @description Device name reported by the phone, at most 64 characters. */
            device?: string | null;
        };
        /** @description A notice. */
        Notice: {
            /** @description When the notice was created. */
            at: components["schemas"]["Timestamp"];
            /** @description What happened and what to do. */
            body: string;
            /** @description Notice id. */
            id: components["schemas"]["NoticeId"];
            siteId?: components["schemas"]["SiteId"] | null;
            /** @description Title. */
            title: string;
            /**
             * @description Topic, such as `card.bound`.
             * @example card.bound
             */
            topic: string;
        };
        /** Format: uuid */
        NoticeId: string;
        /**
         * @description How a chip's number is printed on the card.
         * @enum {string}
         */
        NumberFormat: "dec10" | "dec8" | "wg26" | "wg34" | "hex8" | "hex10" | "dec12" | "opaque";
        /** @description A door that a card opens. */
        OpenDoor: {
            /** @description Whether it opens now. */
            decision: components["schemas"]["Decision"];
            /** @description The door. */
            doorId: components["schemas"]["DoorId"];
            /**
             * @description At which hours, as people read it.
             * @example 周一至周五 08:00–18:00
             */
            hours: string;
            /** @description In which ways. */
            methods: components["schemas"]["Methods"];
            /** @description Its name. */
            name: string;
            /** @description Why. */
            reason: components["schemas"]["Reason"];
            /** @description The reason in words. */
            text: string;
        };
        /** @description How long a mode overrides the rules. */
        Override: {
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A page of a list. */
        Paged_CardBinding: {
            /** @description Items. */
            items: {
                card?: components["schemas"]["Card"] | null;
                expiresAt?: components["schemas"]["Timestamp"] | null;
                /** @description Binding id. */
                id: components["schemas"]["BindingId"];
                /** @description Kind of card. */
                kind: components["schemas"]["CardKind"];
                /**
                 * @description Printed number, masked.
                 * @example ****5678
                 */
                number: string;
                /** @description Site of the card. */
                siteId: components["schemas"]["SiteId"];
                /** @description State of the binding. */
                state: components["schemas"]["BindingState"];
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_CardUse: {
            /** @description Items. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description Open or not. */
                decision: components["schemas"]["Decision"];
                /** @description At which door. */
                doorId: components["schemas"]["DoorId"];
                /** @description Its name, while it stands. */
                doorName?: string | null;
                /** @description Why. */
                reason: components["schemas"]["Reason"];
                /** @description The reason in words. */
                text: string;
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_Host: {
            /** @description Items. */
            items: {
                /** @description Whether visitors can ask for the host. */
                active: boolean;
                /**
                 * @description Department or flat.
                 * @example 3栋1201
                 */
                department?: string | null;
                /** @description Host id. */
                id: components["schemas"]["HostId"];
                /** @description Whether the host may approve visitors. */
                mayApprove: boolean;
                /**
                 * @description Name, masked.
                 * @example 陈**
                 */
                name: string;
                /**
                 * @description Phone, masked.
                 * @example 138****0001
                 */
                phone: string;
                /** @description When the host was last changed. */
                updatedAt: components["schemas"]["Timestamp"];
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_Import: {
            /** @description Items. */
            items: {
                /** @description Rows applied so far, by effect. */
                applied: components["schemas"]["ImportApplied"];
                /** @description When the file was uploaded. */
                createdAt: components["schemas"]["Timestamp"];
                /**
                 * @description Name of the uploaded file.
                 * @example 会员卡.xlsx
                 */
                fileName: string;
                /** @description Import id. */
                id: components["schemas"]["ImportId"];
                reason?: components["schemas"]["ImportReason"] | null;
                report?: components["schemas"]["ImportReport"] | null;
                /**
                 * Format: int64
                 * @description Number of rows applied.
                 */
                rowsDone: number;
                /**
                 * Format: int64
                 * @description Number of rows read.
                 */
                rowsSeen: number;
                /** @description State of the import. */
                state: components["schemas"]["ImportState"];
                /** @description When the import last made progress. */
                updatedAt: components["schemas"]["Timestamp"];
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_ListedSite: {
            /** @description Items. */
            items: {
                /** @description Address, if known. */
                address?: string | null;
                /**
                 * Format: int32
                 * @description Distance from the given position, metres; only if a position was given and the site's position is known.
                 */
                distanceM?: number | null;
                /** @description Why the site is listed at this place. */
                group: components["schemas"]["SiteGroup"];
                /** @description Site id. */
                id: components["schemas"]["SiteId"];
                /**
                 * @description Site name.
                 * @example 测试Z停车场
                 */
                name: string;
                position?: components["schemas"]["Position"] | null;
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_Notice: {
            /** @description Items. */
            items: {
                /** @description When the notice was created. */
                at: components["schemas"]["Timestamp"];
                /** @description What happened and what to do. */
                body: string;
                /** @description Notice id. */
                id: components["schemas"]["NoticeId"];
                siteId?: components["schemas"]["SiteId"] | null;
                /** @description Title. */
                title: string;
                /**
                 * @description Topic, such as `card.bound`.
                 * @example card.bound
                 */
                topic: string;
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_Reconciliation: {
            /** @description Items. */
            items: {
                /**
                 * Format: int64
                 * @description Number of cards that had changed.
                 */
                changed: number;
                endedAt?: components["schemas"]["Timestamp"] | null;
                /** @description Reconciliation id. */
                id: components["schemas"]["ReconciliationId"];
                /**
                 * Format: int64
                 * @description Number of listed cards that were not registered.
                 */
                new: number;
                /** @description Why the run failed; empty otherwise. */
                reason?: string | null;
                /**
                 * Format: int64
                 * @description Number of cards listed by the card system.
                 */
                seen: number;
                /** @description When the run started. */
                startedAt: components["schemas"]["Timestamp"];
                /** @description State of the run. */
                state: components["schemas"]["ReconciliationState"];
                /**
                 * Format: int64
                 * @description Number of registered cards that were not listed.
                 */
                vanished: number;
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_RegisteredCard: {
            /** @description Items. */
            items: {
                /** @description State and validity of the card. */
                card: components["schemas"]["Card"];
                /**
                 * @description Cardholder's name, masked.
                 * @example 陈**
                 */
                holder: string;
                /** @description Card id. */
                id: components["schemas"]["CardId"];
                /** @description Kind of card. */
                kind: components["schemas"]["CardKind"];
                /**
                 * @description Number as printed on the site's cards.
                 * @example 111,27706
                 */
                number: string;
                /**
                 * @description Phone on file, masked.
                 * @example 138****0001
                 */
                phone?: string | null;
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list. */
        Paged_RoleHolder: {
            /** @description Items. */
            items: {
                /** @description Account id. */
                accountId: components["schemas"]["AccountId"];
                /** @description When the role was granted. */
                grantedAt: components["schemas"]["Timestamp"];
                /** @description 车安通 ID. */
                number: components["schemas"]["AccountNumber"];
                /** @description Role. */
                role: components["schemas"]["Role"];
                siteId?: components["schemas"]["SiteId"] | null;
            }[];
            /** @description Cursor of the next page; null on the last page. */
            nextCursor?: string | null;
        };
        /** @example 13800001001 */
        Phone: string;
        /** Format: uuid */
        PolicyId: string;
        /** @description A place on the earth, in GCJ-02 as Chinese maps and `wx.getLocation` give it. */
        Position: {
            /**
             * Format: double
             * @description Latitude, degrees.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, degrees.
             */
            lng: number;
        };
        /** @description An error (RFC 9457). */
        Problem: {
            /**
             * @description Stable code for clients to match on.
             * @example card-not-bound
             */
            code: string;
            /**
             * @description Text for the user: what happened and what to do.
             * @example 这张卡没有绑定，请刷新后重试
             */
            detail: string;
            /** @description Invalid fields. */
            errors?: components["schemas"]["ProblemField"][];
            /** @description Request id, for support. */
            requestId: string;
            /** @description State that caused the conflict. */
            state?: string | null;
            /**
             * Format: int32
             * @description HTTP status.
             * @example 409
             */
            status: number;
            /**
             * @description Text of the HTTP status.
             * @example Conflict
             */
            title: string;
            /**
             * @description Problem type: `/problems/` and the code.
             * @example /problems/card-not-bound
             */
            type: string;
        };
        /** @description An invalid field. */
        ProblemField: {
            /** @description Rule that was violated. */
            code: string;
            /** @description Path of the field. */
            field: string;
            /** @description Text for the user. */
            message: string;
        };
        /** @description A proof of identity. */
        Proved: {
            /** @description Proof of identity. */
            proof: components["schemas"]["NewProof"];
        };
        /**
         * @description Why a decision to open was what it was.
         * @enum {string}
         */
        Reason: "ok" | "not_yet_valid" | "expired" | "not_approved" | "rejected" | "revoked" | "card_lost" | "card_frozen" | "card_expired" | "binding_suspended" | "wrong_site" | "door_not_allowed" | "outside_schedule" | "used_up" | "replayed" | "stale_code" | "clock_skew" | "bad_code" | "blocked" | "lockdown" | "door_offline" | "device_busy" | "door_not_opened";
        /** @description A comparison of the registered cards with the installed card system. */
        Reconciliation: {
            /**
             * Format: int64
             * @description Number of cards that had changed.
             */
            changed: number;
            endedAt?: components["schemas"]["Timestamp"] | null;
            /** @description Reconciliation id. */
            id: components["schemas"]["ReconciliationId"];
            /**
             * Format: int64
             * @description Number of listed cards that were not registered.
             */
            new: number;
            /** @description Why the run failed; empty otherwise. */
            reason?: string | null;
            /**
             * Format: int64
             * @description Number of cards listed by the card system.
             */
            seen: number;
            /** @description When the run started. */
            startedAt: components["schemas"]["Timestamp"];
            /** @description State of the run. */
            state: components["schemas"]["ReconciliationState"];
            /**
             * Format: int64
             * @description Number of registered cards that were not listed.
             */
            vanished: number;
        };
        /** Format: uuid */
        ReconciliationId: string;
        /**
         * @description State of a reconciliation. The numbers are those of the rows.
         * @enum {string}
         */
        ReconciliationState: "running" | "done" | "failed" | "doubtful";
        /** @description The result of a registration. */
        Registered: components["schemas"]["Tokens"] & {
            emailChallengeId?: components["schemas"]["ChallengeId"] | null;
        };
        /** @description A registered card. */
        RegisteredCard: {
            /** @description State and validity of the card. */
            card: components["schemas"]["Card"];
            /**
             * @description Cardholder's name, masked.
             * @example 陈**
             */
            holder: string;
            /** @description Card id. */
            id: components["schemas"]["CardId"];
            /** @description Kind of card. */
            kind: components["schemas"]["CardKind"];
            /**
             * @description Number as printed on the site's cards.
             * @example 111,27706
             */
            number: string;
            /**
             * @description Phone on file, masked.
             * @example 138****0001
             */
            phone?: string | null;
        };
        /**
         * @description A role. The numbers are those of the rows.
         * @enum {string}
         */
        Role: "guard" | "site_admin" | "platform_admin";
        /** @description A role and where it is valid. */
        RoleGrant: {
            /** @description Role. */
            role: components["schemas"]["Role"];
            siteId?: components["schemas"]["SiteId"] | null;
        };
        /** @description An account with a role. */
        RoleHolder: {
            /** @description Account id. */
            accountId: components["schemas"]["AccountId"];
            /** @description When the role was granted. */
            grantedAt: components["schemas"]["Timestamp"];
            /** @description 车安通 ID. */
            number: components["schemas"]["AccountNumber"];
            /** @description Role. */
            role: components["schemas"]["Role"];
            siteId?: components["schemas"]["SiteId"] | null;
        };
        /**
         * @description A rule in JSON: `{"id": …, "name": "员工", "subject": {"who": "kind", "kind": "access"}, "doors": {"which": "all"},
         *     "schedule": [{"weekday": 1, "from": "08:00", "to": "18:00"}], "validFrom": …, "validUntil": …, "methods": ["qr"]}`.
         */
        Rule: {
            doors: components["schemas"]["WrittenDoors"];
            id: components["schemas"]["PolicyId"];
            methods: components["schemas"]["Methods"];
            name: string;
            schedule: components["schemas"]["Schedule"];
            subject: components["schemas"]["WrittenSubject"];
            validFrom?: components["schemas"]["Timestamp"] | null;
            validUntil?: components["schemas"]["Timestamp"] | null;
        };
        /** @description What one rule says. */
        RuleVerdict: {
            /** @description Its hours, as people read them. */
            hours: string;
            /** @description Its name. */
            name: string;
            /** @description The rule. */
            ruleId: components["schemas"]["PolicyId"];
            /** @description The same in words. */
            text: string;
            /** @description What it says. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description What a device is to do. */
        Scan: {
            commandId?: components["schemas"]["CommandId"] | null;
            /** @description Open or not. */
            decision: components["schemas"]["Decision"];
            /**
             * Format: int32
             * @description For how long to open, milliseconds.
             */
            pulseMs: number;
            /** @description Why. */
            reason: components["schemas"]["Reason"];
            /** @description The scan it answers. */
            scanId: components["schemas"]["ScanId"];
            /** @description The reason in the words of whoever stands there. */
            text: string;
        };
        /** Format: uuid */
        ScanId: string;
        /**
         * @description What was held before a reader.
         * @enum {string}
         */
        ScanKind: "qr" | "card" | "pin";
        Schedule: {
            from: string;
            to: string;
            /** Format: int32 */
            weekday: number;
        }[];
        /** @description A requested code. The answer does not tell whether the code was sent. */
        SentCode: {
            /** @description Id to send with the code. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description When the code expires. */
            expiresAt: components["schemas"]["Timestamp"];
            /**
             * @description Where the code is sent, masked.
             * @example 138****1001
             */
            sentTo: string;
        };
        /** Format: uuid */
        SessionId: string;
        /** @description A site. */
        Site: {
            /** @description Address, if known. */
            address?: string | null;
            /**
             * Format: uuid
             * @description iBeacon UUID of the site's beacons, if it has any.
             */
            beaconUuid?: string | null;
            /** @description Instructions to read before entering (入场须知), if any. */
            entryNotice?: string | null;
            /** @description Site id. */
            id: components["schemas"]["SiteId"];
            /**
             * @description Site name.
             * @example 测试Z停车场
             */
            name: string;
            position?: components["schemas"]["Position"] | null;
            /**
             * @description IANA time zone of the site's times.
             * @example Asia/Shanghai
             */
            timeZone: string;
            /**
             * @description Hours in which visitors are admitted, as text.
             * @example 周一至周五 08:00–18:00
             */
            visitingHours: string;
        };
        /** @description A door of a site. */
        SiteDoor: {
            /** @description Its id. */
            doorId: components["schemas"]["DoorId"];
            /** @description The ways it may be opened. */
            methods: components["schemas"]["Methods"];
            /** @description Its name. */
            name: string;
            status?: components["schemas"]["DoorStatus"] | null;
            statusAt?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description Why a site is at its place in the list. Groups are listed in this order; a site is in the first that applies.
         * @enum {string}
         */
        SiteGroup: "mine" | "recent" | "near" | "all";
        /** Format: uuid */
        SiteId: string;
        /** @description The settings of a site. */
        SiteSettings: {
            /** @description Its address, where it has one. */
            address?: string | null;
            /**
             * Format: uuid
             * @description What the beacons at its doors call themselves, where there are some.
             */
            beaconUuid?: string | null;
            /** @description The branch (分场) under which an installed card system keeps its cards. */
            branch?: string | null;
            /** @description What the numbers printed on its cards mean. */
            cardFormat?: components["schemas"]["CardFormat"];
            /** @description What to know before going in (入场须知). */
            entryNotice?: string | null;
            /** @description Shown only to those who have to do with it (a test site). */
            hidden?: boolean;
            /**
             * Format: int32
             * @description How many people may share one card that is not exclusive, 1 to 50.
             */
            householdLimit?: number;
            /** @description Its name. */
            name: string;
            position?: components["schemas"]["Position"] | null;
            /**
             * @description The time zone of its clocks, by its IANA name.
             * @example Asia/Shanghai
             */
            timeZone?: string | null;
            visitingHours?: components["schemas"]["Schedule"] | null;
        };
        /** Format: date-time */
        Timestamp: string;
        /** @description The tokens of a sign-in. */
        Tokens: {
            /** @description Access token for `Authorization: Bearer …`. */
            accessToken: string;
            /** @description Account that was logged in to. */
            accountId: components["schemas"]["AccountId"];
            /**
             * Format: int64
             * @description Lifetime of the access token, seconds.
             */
            expiresIn: number;
            /** @description Refresh token, valid for one use. */
            refreshToken: string;
            /** @description Whether a WeChat user is linked to the account. */
            wechatLinked: boolean;
        };
        /**
         * @example 0012345678
         * @example 111,27706
         */
        TypedCardNumber: string;
        /** @description What became of an opening. */
        Unlock: {
            door?: components["schemas"]["UnlockDoor"] | null;
            id?: components["schemas"]["CommandId"] | null;
            notAfter?: components["schemas"]["Timestamp"] | null;
            /** @description Why. */
            reason: components["schemas"]["Reason"];
            /** @description Where it stands. */
            state: components["schemas"]["UnlockState"];
            /**
             * @description The reason in words; nothing is said of a door that has not answered yet.
             * @example 已开门
             */
            text: string;
        };
        /** @description A door that is being opened. */
        UnlockDoor: {
            /** @description Which. */
            id: components["schemas"]["DoorId"];
            /** @description Its name, while it stands. */
            name?: string | null;
        };
        /**
         * @description Where an opening stands.
         * @enum {string}
         */
        UnlockState: "sent" | "acked" | "denied" | "refused" | "offline" | "expired";
        /**
         * @description The result of one rule.
         * @enum {string}
         */
        Verdict: "opens" | "outside_schedule" | "not_yet_valid" | "expired" | "other_method" | "other_subject" | "other_door";
        WrittenDoors: {
            /** @enum {string} */
            which: "all";
        } | {
            group_id: components["schemas"]["DoorGroupId"];
            /** @enum {string} */
            which: "group";
        } | {
            door_id: components["schemas"]["DoorId"];
            /** @enum {string} */
            which: "door";
        };
        WrittenSubject: {
            /** @enum {string} */
            who: "any";
        } | {
            kind: components["schemas"]["CardKind"];
            /** @enum {string} */
            who: "kind";
        } | {
            card_id: components["schemas"]["CardId"];
            /** @enum {string} */
            who: "card";
        } | {
            group_id: components["schemas"]["HolderGroupId"];
            /** @enum {string} */
            who: "group";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    enrol: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEnrolment"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentView"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    scan_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewScan"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scan"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_disabled: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: components["schemas"]["AccountNumber"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccountState"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    request_code: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCode"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentCode"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consent_texts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Items. */
                        items: {
                            /** @description Text, in Markdown. */
                            body: string;
                            /** @description SHA-256 of the body. */
                            hash: components["schemas"]["Bytes"];
                            /** @description Which text. */
                            purpose: components["schemas"]["ConsentPurpose"];
                            /** @description Title. */
                            title: string;
                            /** @description Version: the day it took effect. */
                            version: string;
                        }[];
                    };
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_in_with_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasswordLogin"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_in_with_sms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSmsLogin"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_in_with_wechat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWechatLogin"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReset"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh_tokens: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRefresh"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRegistration"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registered"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bindings: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_CardBinding"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    request_binding: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCardBinding"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardBinding"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    card: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BindingId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardInfo"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unbind: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BindingId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm_binding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BindingId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConfirmation"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardBinding"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uses: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["BindingId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_CardUse"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proved"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Closing"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keep: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    request_own_code: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOwnCode"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentCode"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Items. */
                        items: {
                            /** @description Device name, if known. */
                            device?: string | null;
                            /** @description When the consent was given. */
                            givenAt: components["schemas"]["Timestamp"];
                            /** @description Consent id. */
                            id: components["schemas"]["ConsentId"];
                            /** @description Which text. */
                            purpose: components["schemas"]["ConsentPurpose"];
                            /** @description SHA-256 of the text. */
                            textHash: components["schemas"]["Bytes"];
                            /** @description Version of the text. */
                            version: string;
                            withdrawnAt?: components["schemas"]["Timestamp"] | null;
                        }[];
                    };
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConsents"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                purpose: components["schemas"]["ConsentPurpose"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEmail"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proved"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOwnPassword"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPhone"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_ins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Items. */
                        items: {
                            /** @description When the user logged in. */
                            createdAt: components["schemas"]["Timestamp"];
                            /** @description Whether it is the caller's sign-in. */
                            current: boolean;
                            /** @description Device name, if known. */
                            device?: string | null;
                            /** @description Sign-in id. */
                            id: components["schemas"]["SessionId"];
                            method?: components["schemas"]["Method"] | null;
                            /** @description When the tokens were last refreshed. */
                            seenAt: components["schemas"]["Timestamp"];
                        }[];
                    };
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    current_site: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    choose_site: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewChoice"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    link_wechat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLink"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Linked"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    move_wechat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMove"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlink_wechat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proved"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_notices: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_Notice"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    holders: {
        parameters: {
            query?: {
                /** @description Roles at this site; roles on the platform if missing. */
                siteId?: components["schemas"]["SiteId"];
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_RoleHolder"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRole"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_away: {
        parameters: {
            query?: {
                /** @description Roles at this site; roles on the platform if missing. */
                siteId?: components["schemas"]["SiteId"];
            };
            header?: never;
            path: {
                account: components["schemas"]["AccountId"];
                role: components["schemas"]["Role"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sites: {
        parameters: {
            query?: {
                /**
                 * @description Words of the name or address, full pinyin, or initials of the name. All words must match.
                 * @example tingchechang
                 */
                q?: string;
                /** @description Longitude of the user in degrees (GCJ-02); together with `lat`. */
                lng?: number;
                /** @description Latitude of the user in degrees (GCJ-02). */
                lat?: number;
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                "If-None-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_ListedSite"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_site: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    access: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessDocument"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_access: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessDocument"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessDocument"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query: {
                /** @description The card. */
                cardId: components["schemas"]["CardId"];
                /** @description The door. */
                doorId: components["schemas"]["DoorId"];
                /**
                 * @description In which way: `qr` when not said.
                 * @example qr
                 */
                method?: string;
                /** @description When: now, when not said. */
                at?: components["schemas"]["Timestamp"];
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessExplanation"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_cards: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_RegisteredCard"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_cards: {
        parameters: {
            query?: {
                /**
                 * @description Reason for the audit log.
                 * @example 年度核对
                 */
                reason?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_card_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
                card: components["schemas"]["CardId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCardState"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    own_credentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    doors_of_site: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteDoor"][];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_host_imports: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_host_import: {
        parameters: {
            query?: {
                /**
                 * @description Shown in the list of imports, at most 190 characters. The type of the file is detected from its content.
                 * @example 会员卡.xlsx
                 */
                fileName?: string;
            };
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    host_import_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    see_host_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
                import: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apply_host_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
                import: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_host_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
                import: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_hosts: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_Host"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_hosts: {
        parameters: {
            query?: {
                /**
                 * @description Reason for the audit log.
                 * @example 年度核对
                 */
                reason?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_imports: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_import: {
        parameters: {
            query?: {
                /**
                 * @description Shown in the list of imports, at most 190 characters. The type of the file is detected from its content.
                 * @example 会员卡.xlsx
                 */
                fileName?: string;
            };
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    see_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
                import: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apply_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
                import: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
                import: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reconciliations: {
        parameters: {
            query?: {
                /** @description Number of items, 1 to 100; 20 if missing. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paged_Reconciliation"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reconcile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reconciliation"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    site_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteSettings"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_site_settings: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                id: components["schemas"]["SiteId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteSettings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteSettings"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlock: {
        parameters: {
            query?: never;
            header: {
                /** @description Names the shake */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUnlock"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unlock"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unlock"];
                };
            };
            /** @description `choose-door`, or another conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ChooseDoor"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlocking: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unlock"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unlock"];
                };
            };
            /** @description The request was refused; see `code` */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server could not process the request; try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
