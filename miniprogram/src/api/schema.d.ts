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
        /** Close an account from outside, or open it again */
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
         * Ask for a code to register, log in or reset a password with
         * @description The answer is the same whether or not there is such an account; so is the time it takes.
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
        /** Read what is to be agreed to */
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
        /** Log in with 车安通 ID, phone or e-mail, and password */
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
        /** Log in with a code that came by SMS */
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
        /** Log in with WeChat */
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
         * Set a forgotten password anew
         * @description Every sign-in of the account ends.
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
         * Get the next pair of tokens
         * @description A refresh token is good for one use; a second use ends the sign-in. A client that did not get the answer sends the very
         *     same request once more, under the same `Idempotency-Key` and within a minute, and gets it.
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
        /** Register */
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
        /** List the bound cards */
        get: operations["list_bindings"];
        put?: never;
        /**
         * Ask to bind a card
         * @description The answer is the same whether or not the card exists and the phone is the one on file; a code goes out only if both.
         *     Whether it does is looked up after the answer.
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
        /** Let a card go */
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
        /** Enter the SMS code */
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
        /** See one's own account */
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
         * @description Every sign-in ends. Until it is erased its owner may log in and keep it.
         */
        post: operations["close"];
        /** Keep the account after all */
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
        /** Ask for a code to prove something with */
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
        /** List what one agreed to */
        get: operations["consents"];
        put?: never;
        /**
         * Agree to texts
         * @description What was refused with `consent-required` works again at once; no card has to be bound anew.
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
         * Take a consent back
         * @description Codes that phones hold die at once, and credentials, unlocks and bindings answer `consent-required` until its owner
         *     agrees again. Logging in, reading, unbinding, exporting and closing the account stay possible.
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
        /** Have another e-mail address */
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
        /** Have no e-mail address */
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
        /** Take one's data along */
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
         * Change the password
         * @description The other sign-ins end, this one stays.
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
        /** Have another phone */
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
        /** List one's sign-ins */
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
         * @description The codes that phone could still show die with it.
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
        /** See the current site */
        get: operations["current_site"];
        /** Make a site the current one */
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
         * Link a WeChat user (互通)
         * @description What they had before, as a mere WeChat user, comes along. A WeChat user with a full account of their own has to be moved.
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
         * Move a WeChat user here from their account
         * @description Both sides are proved; the account they leave is told.
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
        /** Take WeChat and the account apart */
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
        /** List one's notices, newest first */
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
        /** List who has which role */
        get: operations["holders"];
        put?: never;
        /** Give somebody a role */
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
        /** Take a role from somebody */
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
         * Search the sites
         * @description One's own first, then those one was at, then the nearest where a position is given, then all by pinyin.
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
        /** See one site */
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
        /** List the cards of a site */
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
         * Download the cards of a site
         * @description Names, phones and plates in full: who took them and why goes into the audit log. The file can be imported again.
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
         * Say what has become of a card
         * @description Lost, frozen, found again, replaced or taken back: those who hold it are told, and doors know at once.
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
        /** Get the keys for showing codes at a site */
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
        /** List the imports of a site, newest first */
        get: operations["list_host_imports"];
        put?: never;
        /**
         * Upload a file to import
         * @description CSV (UTF-8 or GBK) or XLSX, as the raw body, up to 64 MiB. It is checked afterwards: nothing changes until it is
         *     applied.
         */
        post: operations["begin_host_import"];
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
        /** See how an import stands */
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
         * @description It is done afterwards, in batches; the progress shows in `rowsDone`. Those who hold a changed card are told, and doors
         *     know at once.
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
         * Give an import up
         * @description Its file is deleted.
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
        /** List the hosts of a site */
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
         * Download the hosts of a site
         * @description Names and phones in full: who took them and why goes into the audit log. The file can be imported again.
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
        /** List the imports of a site, newest first */
        get: operations["list_imports"];
        put?: never;
        /**
         * Upload a file to import
         * @description CSV (UTF-8 or GBK) or XLSX, as the raw body, up to 64 MiB. It is checked afterwards: nothing changes until it is
         *     applied.
         */
        post: operations["begin_import"];
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
        /** See how an import stands */
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
         * @description It is done afterwards, in batches; the progress shows in `rowsDone`. Those who hold a changed card are told, and doors
         *     know at once.
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
         * Give an import up
         * @description Its file is deleted.
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
        /** See what came of comparing, newest first */
        get: operations["reconciliations"];
        put?: never;
        /** Compare the cards with the installed card system now */
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
        /**
         * @description All that an administrator says of who may open what at a site, as one document: it is read as a whole by whoever
         *     changes it and loaded as a whole by the doors.
         */
        AccessDocument: {
            /**
             * @description Its groups of doors (权限组).
             * @default []
             */
            doorGroups: components["schemas"]["DoorGroup"][];
            /**
             * @description Its groups of holders.
             * @default []
             */
            holderGroups: components["schemas"]["HolderGroup"][];
            /**
             * @description Its holidays.
             * @default []
             */
            holidays: components["schemas"]["HolidayCalendar"];
            /** @default null */
            lockdown: components["schemas"]["Override"] | null;
            /**
             * @description Doors that do something for everybody; every other door leaves it to the rules.
             * @default {}
             */
            modes: {
                [key: string]: components["schemas"]["DoorMode"];
            };
            /**
             * @description Its rules.
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
        /** @description One's own account. */
        Account: {
            /** @description What its owner has yet to read and agree to. */
            consentsDue: components["schemas"]["ConsentPurpose"][];
            /**
             * @description Of these, what was withdrawn: until it is agreed to again, credentials, unlocks and bindings answer
             *     `consent-required`.
             */
            consentsWithdrawn: components["schemas"]["ConsentPurpose"][];
            /** @description Since when it exists. */
            createdAt: components["schemas"]["Timestamp"];
            /**
             * @description The e-mail address, masked.
             * @example z***@example.com
             */
            email?: string | null;
            eraseAt?: components["schemas"]["Timestamp"] | null;
            /** @description Whether a password was ever set. */
            hasPassword: boolean;
            /** @description Its id. */
            id: components["schemas"]["AccountId"];
            /** @description 车安通 ID. */
            number: components["schemas"]["AccountNumber"];
            /**
             * @description The phone, masked.
             * @example 138****1001
             */
            phone?: string | null;
            /** @description What its owner may do beyond their own cards. */
            roles: components["schemas"]["RoleGrant"][];
            /** @description Where it stands. */
            state: components["schemas"]["AccountState"];
            /** @description Whether a WeChat user logs in to it. */
            wechatLinked: boolean;
        };
        /** Format: uuid */
        AccountId: string;
        /** @example 10000007 */
        AccountNumber: string;
        /**
         * @description Where an account stands. The numbers are those of the rows.
         * @enum {string}
         */
        AccountState: "active" | "disabled" | "closing" | "erased" | "merged";
        /**
         * @description What one proves oneself for.
         * @enum {string}
         */
        Act: "password" | "phone" | "email" | "wechat" | "closing";
        /** Format: uuid */
        BindingId: string;
        /**
         * @description States of a binding. The numbers are those of the rows.
         * @enum {string}
         */
        BindingState: "challenged" | "bound" | "failed" | "unbound" | "superseded" | "suspended" | "revoked";
        /** Format: uuid */
        BootId: string;
        /**
         * @description From which end a chip's four bytes are printed.
         * @enum {string}
         */
        ByteOrder: "straight" | "reversed";
        /** Format: base64url */
        Bytes: string;
        /** @description A card, as its card system last described it. */
        Card: {
            /** @description When its card system last said all this. */
            asOf: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description What is on it, fen; stored-value cards only.
             */
            balance?: number | null;
            /** @description Whether a household may share it. */
            shared: boolean;
            /** @description State. */
            state: components["schemas"]["CardState"];
            validUntil?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A binding. */
        CardBinding: {
            card?: components["schemas"]["Card"] | null;
            expiresAt?: components["schemas"]["Timestamp"] | null;
            /** @description Its id. */
            id: components["schemas"]["BindingId"];
            /** @description Kind of card. */
            kind: components["schemas"]["CardKind"];
            /**
             * @description Printed number, masked.
             * @example ****5678
             */
            number: string;
            /** @description Its site. */
            siteId: components["schemas"]["SiteId"];
            /** @description State. */
            state: components["schemas"]["BindingState"];
        };
        /** @description A site's setting: what its printed card numbers mean. The default is opaque text, for a site that never said. */
        CardFormat: {
            /** @description From which end its bytes are read. */
            byteOrder?: components["schemas"]["ByteOrder"];
            /** @description How the number is written. */
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
         * @description What the issuer says of a card.
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
            /** @description When it will be erased; until then its owner may log in and keep it. */
            eraseAt: components["schemas"]["Timestamp"];
        };
        /**
         * @description What a code is wanted for.
         * @enum {string}
         */
        CodeFor: "register" | "login" | "reset";
        /** Format: uuid */
        CommandId: string;
        /** Format: uuid */
        ConsentId: string;
        /**
         * @description What is consented to. The numbers are those of the rows.
         * @enum {string}
         */
        ConsentPurpose: "privacy" | "terms";
        /** @description A credential. */
        Credential: {
            grant?: components["schemas"]["Bytes"] | null;
            /** @description Names it in codes. */
            handle: components["schemas"]["Bytes"];
            /** @description The binding. */
            id: components["schemas"]["BindingId"];
            /** @description Today's key and tomorrow's (UTC days since 1970). */
            keys: components["schemas"]["CredentialKey"][];
            /**
             * Format: int32
             * @description The byte that goes into the key's derivation: 0 member, 1 visitor.
             */
            kind: number;
            /** @description Why not, or `ok`. */
            reason: components["schemas"]["Reason"];
            /** @description Whether its codes open now. */
            state: components["schemas"]["CredentialState"];
        };
        /** @description A key of one day. */
        CredentialKey: {
            /**
             * Format: int32
             * @description The UTC day, counted from 1970-01-01.
             */
            day: number;
            /** @description 32 bytes. Never to be logged. */
            key: components["schemas"]["Bytes"];
        };
        /**
         * @description Whether codes open.
         * @enum {string}
         */
        CredentialState: "active" | "refused";
        /** @description What a phone needs to show its codes. */
        Credentials: {
            /** @description One per bound card. */
            credentials: components["schemas"]["Credential"][];
            /** @description The server's clock. */
            serverTime: components["schemas"]["Timestamp"];
            /** @description The site. */
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
        /** @description Doors that rules name together (权限组). */
        DoorGroup: {
            /** @description Its doors. */
            doors: components["schemas"]["DoorId"][];
            /** @description Its id. */
            id: components["schemas"]["DoorGroupId"];
            /** @description Its name. */
            name: string;
        };
        /** Format: uuid */
        DoorGroupId: string;
        /** Format: uuid */
        DoorId: string;
        /** @description What a door does for everybody (门模式). In JSON `{"mode": "lockdown", "until": …}`. */
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
        /** @description What an installed system says of a door. */
        DoorStatus: {
            /** @description It was forced or tampered with (防拆、非法开门). */
            broken: boolean;
            /** @description Its controller answers. */
            connected: boolean;
            /** @description It was held open too long (超时未关门). */
            heldOpen: boolean;
            /** @description It stands open. */
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
        /** @description A group of card holders. */
        HolderGroup: {
            /** @description Its id. */
            id: components["schemas"]["HolderGroupId"];
            /** @description Its name. */
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
        /** @description A host: whom a visitor may ask for. */
        Host: {
            /** @description Whether visitors may ask for them still. */
            active: boolean;
            /**
             * @description Their department, or their flat.
             * @example 3栋1201
             */
            department?: string | null;
            /** @description Their id. */
            id: components["schemas"]["HostId"];
            /** @description Whether they may let visitors in. */
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
            /** @description When they were last changed. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** Format: uuid */
        HostId: string;
        /** @example 13800001001 */
        Identifier: string;
        /** @description An import from a file. */
        Import: {
            /** @description What applying has done so far. */
            applied: components["schemas"]["ImportApplied"];
            /** @description Since when. */
            createdAt: components["schemas"]["Timestamp"];
            /**
             * @description What the file was called.
             * @example 会员卡.xlsx
             */
            fileName: string;
            /** @description Its id. */
            id: components["schemas"]["ImportId"];
            reason?: components["schemas"]["ImportReason"] | null;
            report?: components["schemas"]["ImportReport"] | null;
            /**
             * Format: int64
             * @description Rows that were applied.
             */
            rowsDone: number;
            /**
             * Format: int64
             * @description Rows of the file that were read.
             */
            rowsSeen: number;
            /** @description How it stands. */
            state: components["schemas"]["ImportState"];
            /** @description When it last went on. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** @description How many became what. */
        ImportApplied: {
            /**
             * Format: int64
             * @description Those that were changed.
             */
            changed: number;
            /**
             * Format: int64
             * @description Those that were added.
             */
            new: number;
            /**
             * Format: int64
             * @description Those that were just so.
             */
            same: number;
        };
        /** Format: uuid */
        ImportId: string;
        /** @description Why a file was not taken, or its import did not end well. */
        ImportReason: {
            /**
             * @description Stable kebab-case name.
             * @example columns-missing
             */
            code: string;
            /**
             * @description What is wrong and what to do.
             * @example 表头缺少“卡号”列，请补上后重新上传
             */
            message: string;
        };
        /** @description What came of reading a file: what applying it would do. */
        ImportReport: {
            /**
             * Format: int64
             * @description Rows of what is otherwise there.
             */
            changed: number;
            /** @description What would change, the first hundred. */
            changes: components["schemas"]["ImportRowChange"][];
            /** @description What is wrong, the first hundred. */
            errorList: components["schemas"]["ImportRowProblem"][];
            /**
             * Format: int64
             * @description Rows with something wrong. The file can be applied when there are none.
             */
            errors: number;
            /**
             * Format: int64
             * @description What is there and the file does not have: it stays. Not counted while rows are wrong.
             */
            missing?: number | null;
            /**
             * Format: int64
             * @description Rows of what is not there.
             */
            new: number;
            /**
             * Format: int64
             * @description Rows that hold something.
             */
            rows: number;
            /**
             * Format: int64
             * @description Rows of what is there just so.
             */
            same: number;
            /** @description What its owner should know of the header. */
            warnings: string[];
        };
        /** @description A row that says otherwise than what is there. */
        ImportRowChange: {
            /**
             * @description What of it differs.
             * @example [
             *       "phone"
             *     ]
             */
            fields: string[];
            /**
             * @description What names it, masked: a card's number, a host's phone.
             * @example ******7706
             */
            number: string;
            /**
             * Format: int64
             * @description As a spreadsheet numbers it, from 1.
             */
            row: number;
        };
        /** @description Something wrong in a row. */
        ImportRowProblem: {
            /** @description Stable kebab-case name. */
            code: string;
            /** @description The header of the column; none where the row as a whole is meant. */
            column?: string | null;
            /**
             * @description Where it is, what is wrong and what to do.
             * @example 第 12 行“手机号”：请填写 11 位手机号，或留空
             */
            message: string;
            /**
             * Format: int64
             * @description As a spreadsheet numbers it, from 1.
             */
            row: number;
        };
        /**
         * @description How an import stands. The numbers are those of the rows.
         * @enum {string}
         */
        ImportState: "checking" | "checked" | "rejected" | "applying" | "done" | "failed" | "discarded" | "expired";
        /** @description What came of linking. */
        Linked: {
            /** @description Whether the WeChat user logs in to this account now. */
            linked: boolean;
            /** @description If not, they have a full account of their own; this permits to move them here, once both sides are proved. */
            ticket?: string | null;
        };
        /** @description A site in the list. */
        ListedSite: {
            /** @description Its address, where it has one. */
            address?: string | null;
            /**
             * Format: int32
             * @description How far away, metres, where a position was given.
             */
            distanceM?: number | null;
            /** @description Why it stands here in the list. */
            group: components["schemas"]["SiteGroup"];
            /** @description Its id. */
            id: components["schemas"]["SiteId"];
            /**
             * @description Its name.
             * @example 测试Z停车场
             */
            name: string;
            position?: components["schemas"]["Position"] | null;
        };
        /**
         * @description How somebody logged in. The numbers are those of the rows.
         * @enum {string}
         */
        Method: "wechat" | "password" | "sms" | "registration" | "operator";
        Methods: ("qr" | "shake")[];
        /** @description Whether an account is closed from outside. */
        NewAccountState: {
            /** @description Whether it is. */
            disabled: boolean;
        };
        /** @description An agreement to a text. */
        NewAgreement: {
            /** @description To what. */
            purpose: components["schemas"]["ConsentPurpose"];
            /** @description The version that was shown. */
            version: string;
        };
        /** @description A request to bind a card. */
        NewCardBinding: {
            /** @description Its kind. */
            kind: components["schemas"]["CardKind"];
            /** @description The number printed on it. */
            number: components["schemas"]["TypedCardNumber"];
            /** @description The phone registered with it. */
            phone: components["schemas"]["Phone"];
            /** @description Where it was issued. */
            siteId: components["schemas"]["SiteId"];
        };
        /** @description What the issuer says of a card. */
        NewCardState: {
            replacedBy?: components["schemas"]["CardId"] | null;
            /** @description Its state. */
            state: components["schemas"]["CardState"];
        };
        /** @description A choice of site. */
        NewChoice: {
            /** @description The site. */
            siteId: components["schemas"]["SiteId"];
        };
        /** @description A request for a code, before signing in. */
        NewCode: {
            /** @description The phone; at `reset` also a 车安通 ID or an e-mail address. */
            identifier: components["schemas"]["Identifier"];
            /** @description What for. */
            purpose: components["schemas"]["CodeFor"];
        };
        /** @description The code that came by SMS. */
        NewConfirmation: {
            /** @description Six digits. */
            code: string;
        };
        /** @description Agreements to texts. */
        NewConsents: {
            /** @description To which texts. */
            agreements: components["schemas"]["NewAgreement"][];
            /** @description What the phone calls itself. */
            device?: string | null;
        };
        /** @description Another address. */
        NewEmail: {
            /** @description As given when the code was asked for. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description What came to the address. */
            code: string;
            /** @description The address. */
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
        /** @description A WeChat user to be linked. */
        NewLink: {
            /** @description What `wx.login` gave. */
            code: string;
            proof?: components["schemas"]["NewProof"] | null;
        };
        /** @description A WeChat user to be moved here from another account. */
        NewMove: {
            /** @description The password of the other account, or the code that came there. */
            othersProof: components["schemas"]["NewProof"];
            /** @description That it is oneself. */
            proof: components["schemas"]["NewProof"];
            /** @description As given when linking. */
            ticket: string;
        };
        /** @description A request for a code, signed in. */
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
            /** @description As given when linking. */
            ticket: string;
        };
        /** @description Another password. */
        NewOwnPassword: {
            /**
             * Format: password
             * @description The new one, 8 to 64 characters.
             */
            newPassword: string;
            /** @description The old password; any other proof only where none was ever set. */
            proof: components["schemas"]["NewProof"];
        };
        /** @description A login with a password. */
        NewPasswordLogin: {
            /** @description What the phone calls itself. */
            device?: string | null;
            /** @description 车安通 ID, phone or e-mail. */
            identifier: components["schemas"]["Identifier"];
            /**
             * Format: password
             * @description The password.
             */
            password: string;
        };
        /** @description Another phone. */
        NewPhone: {
            /** @description As given when the code was asked for. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description What came to the new phone. */
            code: string;
            /** @description The phone. */
            phone: components["schemas"]["Phone"];
            /** @description That it is oneself. */
            proof: components["schemas"]["NewProof"];
        };
        /** @description A proof that it is oneself: exactly one of `password`; `challengeId` with `code`; `wechatCode`. */
        NewProof: {
            challengeId?: components["schemas"]["ChallengeId"] | null;
            /** @description The code that came to the phone or address on file. */
            code?: string | null;
            /** @description The password. */
            password?: string | null;
            /** @description A fresh code of `wx.login`. */
            wechatCode?: string | null;
        };
        /** @description A refresh. */
        NewRefresh: {
            /** @description The newest refresh token. */
            refreshToken: string;
        };
        /** @description A registration: with `phone`, `challengeId` and `code`, or with `wechatCode` and `phoneCode`. */
        NewRegistration: {
            /** @description Both texts, in the versions that were shown. */
            agreements: components["schemas"]["NewAgreement"][];
            challengeId?: components["schemas"]["ChallengeId"] | null;
            /** @description What came by SMS. */
            code?: string | null;
            /** @description What the phone calls itself. */
            device?: string | null;
            email?: components["schemas"]["Email"] | null;
            /** @description "This is my new number", where the answer was `phone-maybe-recycled`. */
            newNumber?: boolean;
            /**
             * Format: password
             * @description The password, 8 to 64 characters.
             */
            password: string;
            phone?: components["schemas"]["Phone"] | null;
            /** @description What the `getPhoneNumber` button gave. */
            phoneCode?: string | null;
            /** @description What `wx.login` gave: that WeChat user logs in to the new account. */
            wechatCode?: string | null;
        };
        /** @description A forgotten password, set anew. */
        NewReset: {
            /** @description As given when the code was asked for. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description What came. */
            code: string;
            /** @description As when the code was asked for. */
            identifier: components["schemas"]["Identifier"];
            /**
             * Format: password
             * @description The new password, 8 to 64 characters.
             */
            password: string;
        };
        /** @description A post to be given. */
        NewRole: {
            /** @description To whom: their 车安通 ID. */
            number: components["schemas"]["AccountNumber"];
            /** @description Which. */
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
        /** @description A login with a code that came by SMS. */
        NewSmsLogin: {
            /** @description As given when the code was asked for. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description What came. */
            code: string;
            /** @description What the phone calls itself. */
            device?: string | null;
            /** @description Also the password, where the answer was `password-needed-too`. */
            password?: string | null;
            /** @description The phone. */
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
            /** @description What was agreed to on the way. */
            agreements?: components["schemas"]["NewAgreement"][];
            /** @description What `wx.login` gave. */
            code: string;
            /** @description What the phone calls itself. */
            device?: string | null;
        };
        /** @description A notice. */
        Notice: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description What happened and what to do. */
            body: string;
            /** @description Its id. */
            id: components["schemas"]["NoticeId"];
            siteId?: components["schemas"]["SiteId"] | null;
            /** @description Headline. */
            title: string;
            /**
             * @description What it is about.
             * @example card.bound
             */
            topic: string;
        };
        /** Format: uuid */
        NoticeId: string;
        /**
         * @description How a chip's number becomes the text on the card.
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
        /** @description How long something stands that overrides the rules. */
        Override: {
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A part of a list. */
        Paged_CardBinding: {
            /** @description The items. */
            items: {
                card?: components["schemas"]["Card"] | null;
                expiresAt?: components["schemas"]["Timestamp"] | null;
                /** @description Its id. */
                id: components["schemas"]["BindingId"];
                /** @description Kind of card. */
                kind: components["schemas"]["CardKind"];
                /**
                 * @description Printed number, masked.
                 * @example ****5678
                 */
                number: string;
                /** @description Its site. */
                siteId: components["schemas"]["SiteId"];
                /** @description State. */
                state: components["schemas"]["BindingState"];
            }[];
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_CardUse: {
            /** @description The items. */
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
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_Host: {
            /** @description The items. */
            items: {
                /** @description Whether visitors may ask for them still. */
                active: boolean;
                /**
                 * @description Their department, or their flat.
                 * @example 3栋1201
                 */
                department?: string | null;
                /** @description Their id. */
                id: components["schemas"]["HostId"];
                /** @description Whether they may let visitors in. */
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
                /** @description When they were last changed. */
                updatedAt: components["schemas"]["Timestamp"];
            }[];
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_Import: {
            /** @description The items. */
            items: {
                /** @description What applying has done so far. */
                applied: components["schemas"]["ImportApplied"];
                /** @description Since when. */
                createdAt: components["schemas"]["Timestamp"];
                /**
                 * @description What the file was called.
                 * @example 会员卡.xlsx
                 */
                fileName: string;
                /** @description Its id. */
                id: components["schemas"]["ImportId"];
                reason?: components["schemas"]["ImportReason"] | null;
                report?: components["schemas"]["ImportReport"] | null;
                /**
                 * Format: int64
                 * @description Rows that were applied.
                 */
                rowsDone: number;
                /**
                 * Format: int64
                 * @description Rows of the file that were read.
                 */
                rowsSeen: number;
                /** @description How it stands. */
                state: components["schemas"]["ImportState"];
                /** @description When it last went on. */
                updatedAt: components["schemas"]["Timestamp"];
            }[];
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_ListedSite: {
            /** @description The items. */
            items: {
                /** @description Its address, where it has one. */
                address?: string | null;
                /**
                 * Format: int32
                 * @description How far away, metres, where a position was given.
                 */
                distanceM?: number | null;
                /** @description Why it stands here in the list. */
                group: components["schemas"]["SiteGroup"];
                /** @description Its id. */
                id: components["schemas"]["SiteId"];
                /**
                 * @description Its name.
                 * @example 测试Z停车场
                 */
                name: string;
                position?: components["schemas"]["Position"] | null;
            }[];
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_Notice: {
            /** @description The items. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description What happened and what to do. */
                body: string;
                /** @description Its id. */
                id: components["schemas"]["NoticeId"];
                siteId?: components["schemas"]["SiteId"] | null;
                /** @description Headline. */
                title: string;
                /**
                 * @description What it is about.
                 * @example card.bound
                 */
                topic: string;
            }[];
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_Reconciliation: {
            /** @description The items. */
            items: {
                /**
                 * Format: int64
                 * @description Those that were otherwise than known.
                 */
                changed: number;
                endedAt?: components["schemas"]["Timestamp"] | null;
                /** @description Its id. */
                id: components["schemas"]["ReconciliationId"];
                /**
                 * Format: int64
                 * @description Of them, those that were not known.
                 */
                new: number;
                /** @description What went wrong. */
                reason?: string | null;
                /**
                 * Format: int64
                 * @description Cards that the card system told of.
                 */
                seen: number;
                /** @description Since when. */
                startedAt: components["schemas"]["Timestamp"];
                /** @description How it stands. */
                state: components["schemas"]["ReconciliationState"];
                /**
                 * Format: int64
                 * @description Known cards that it told nothing of.
                 */
                vanished: number;
            }[];
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_RegisteredCard: {
            /** @description The items. */
            items: {
                /** @description What its holder sees too. */
                card: components["schemas"]["Card"];
                /**
                 * @description Holder, masked.
                 * @example 陈**
                 */
                holder: string;
                /** @description Its id. */
                id: components["schemas"]["CardId"];
                /** @description Its kind. */
                kind: components["schemas"]["CardKind"];
                /**
                 * @description As the site's cards show it.
                 * @example 111,27706
                 */
                number: string;
                /**
                 * @description Phone on file, masked.
                 * @example 138****0001
                 */
                phone?: string | null;
            }[];
            /** @description Where the next part begins; none at the end. */
            nextCursor?: string | null;
        };
        /** @description A part of a list. */
        Paged_RoleHolder: {
            /** @description The items. */
            items: {
                /** @description The person. */
                accountId: components["schemas"]["AccountId"];
                /** @description Since when. */
                grantedAt: components["schemas"]["Timestamp"];
                /** @description Their 车安通 ID. */
                number: components["schemas"]["AccountNumber"];
                /** @description Which role. */
                role: components["schemas"]["Role"];
                siteId?: components["schemas"]["SiteId"] | null;
            }[];
            /** @description Where the next part begins; none at the end. */
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
        /** @description What went wrong and what to do (RFC 9457). */
        Problem: {
            /**
             * @description Stable; what a client matches on.
             * @example card-not-bound
             */
            code: string;
            /**
             * @description What the user should read: what happened and what to do.
             * @example 这张卡没有绑定，请刷新后重试
             */
            detail: string;
            /** @description The fields that break their rules. */
            errors?: components["schemas"]["ProblemField"][];
            /** @description Tells the people who run the server which request it was. */
            requestId: string;
            /** @description The state that stood in the way. */
            state?: string | null;
            /**
             * Format: int32
             * @description The HTTP status.
             * @example 409
             */
            status: number;
            /**
             * @description The status in words.
             * @example Conflict
             */
            title: string;
            /**
             * @description Names the kind of problem: `/problems/` and the code.
             * @example /problems/card-not-bound
             */
            type: string;
        };
        /** @description One field that breaks a rule. */
        ProblemField: {
            /** @description Which rule. */
            code: string;
            /** @description Where. */
            field: string;
            /** @description The rule in the user's words. */
            message: string;
        };
        /** @description A proof alone. */
        Proved: {
            /** @description That it is oneself. */
            proof: components["schemas"]["NewProof"];
        };
        /**
         * @description Why a decision to open was what it was.
         * @enum {string}
         */
        Reason: "ok" | "not_yet_valid" | "expired" | "not_approved" | "rejected" | "revoked" | "card_lost" | "card_frozen" | "card_expired" | "binding_suspended" | "wrong_site" | "door_not_allowed" | "outside_schedule" | "used_up" | "replayed" | "stale_code" | "clock_skew" | "bad_code" | "blocked" | "lockdown" | "door_offline" | "device_busy" | "door_not_opened";
        /** @description A comparison of the cards with those of an installed card system. */
        Reconciliation: {
            /**
             * Format: int64
             * @description Those that were otherwise than known.
             */
            changed: number;
            endedAt?: components["schemas"]["Timestamp"] | null;
            /** @description Its id. */
            id: components["schemas"]["ReconciliationId"];
            /**
             * Format: int64
             * @description Of them, those that were not known.
             */
            new: number;
            /** @description What went wrong. */
            reason?: string | null;
            /**
             * Format: int64
             * @description Cards that the card system told of.
             */
            seen: number;
            /** @description Since when. */
            startedAt: components["schemas"]["Timestamp"];
            /** @description How it stands. */
            state: components["schemas"]["ReconciliationState"];
            /**
             * Format: int64
             * @description Known cards that it told nothing of.
             */
            vanished: number;
        };
        /** Format: uuid */
        ReconciliationId: string;
        /**
         * @description How a run stands. The numbers are those of the rows.
         * @enum {string}
         */
        ReconciliationState: "running" | "done" | "failed" | "doubtful";
        /** @description Somebody who has registered. */
        Registered: components["schemas"]["Tokens"] & {
            emailChallengeId?: components["schemas"]["ChallengeId"] | null;
        };
        /** @description A card in the register. */
        RegisteredCard: {
            /** @description What its holder sees too. */
            card: components["schemas"]["Card"];
            /**
             * @description Holder, masked.
             * @example 陈**
             */
            holder: string;
            /** @description Its id. */
            id: components["schemas"]["CardId"];
            /** @description Its kind. */
            kind: components["schemas"]["CardKind"];
            /**
             * @description As the site's cards show it.
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
        /** @description A role and where it holds. */
        RoleGrant: {
            /** @description Which. */
            role: components["schemas"]["Role"];
            siteId?: components["schemas"]["SiteId"] | null;
        };
        /** @description Who holds a post. */
        RoleHolder: {
            /** @description The person. */
            accountId: components["schemas"]["AccountId"];
            /** @description Since when. */
            grantedAt: components["schemas"]["Timestamp"];
            /** @description Their 车安通 ID. */
            number: components["schemas"]["AccountNumber"];
            /** @description Which role. */
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
        /** @description A code that was asked for. Whether it went out is not said. */
        SentCode: {
            /** @description To be given back with the code. */
            challengeId: components["schemas"]["ChallengeId"];
            /** @description The last instant it can be entered. */
            expiresAt: components["schemas"]["Timestamp"];
            /**
             * @description Where it goes.
             * @example 138****1001
             */
            sentTo: string;
        };
        /** Format: uuid */
        SessionId: string;
        /** @description A site. */
        Site: {
            /** @description Its address, where it has one. */
            address?: string | null;
            /**
             * Format: uuid
             * @description What the beacons at its doors call themselves, where there are some.
             */
            beaconUuid?: string | null;
            /** @description What to know before going in (入场须知), where there is something. */
            entryNotice?: string | null;
            /** @description Its id. */
            id: components["schemas"]["SiteId"];
            /**
             * @description Its name.
             * @example 测试Z停车场
             */
            name: string;
            position?: components["schemas"]["Position"] | null;
            /**
             * @description The time zone its times are shown in.
             * @example Asia/Shanghai
             */
            timeZone: string;
            /**
             * @description When visitors are let in, as people read it.
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
         * @description Why a site stands where it stands. Groups follow one another in this order, and a site is in the first it belongs to.
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
            /** @description Goes into `Authorization: Bearer …`. */
            accessToken: string;
            /** @description Who logged in. */
            accountId: components["schemas"]["AccountId"];
            /**
             * Format: int64
             * @description Seconds the access token lives.
             */
            expiresIn: number;
            /** @description Good for one refresh. */
            refreshToken: string;
            /** @description Whether a WeChat user logs in to this account; if not, inside WeChat, linking may be offered. */
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
         * @description What one rule says.
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                        /** @description The items. */
                        items: {
                            /** @description Markdown. */
                            body: string;
                            /** @description SHA-256 of the body. */
                            hash: components["schemas"]["Bytes"];
                            /** @description What it is for. */
                            purpose: components["schemas"]["ConsentPurpose"];
                            /** @description Its headline. */
                            title: string;
                            /** @description Its version: the day it came into force. */
                            version: string;
                        }[];
                    };
                };
            };
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                        /** @description The items. */
                        items: {
                            /** @description On which device. */
                            device?: string | null;
                            /** @description When. */
                            givenAt: components["schemas"]["Timestamp"];
                            /** @description Its id. */
                            id: components["schemas"]["ConsentId"];
                            /** @description To what. */
                            purpose: components["schemas"]["ConsentPurpose"];
                            /** @description SHA-256 of the text. */
                            textHash: components["schemas"]["Bytes"];
                            /** @description Which version. */
                            version: string;
                            withdrawnAt?: components["schemas"]["Timestamp"] | null;
                        }[];
                    };
                };
            };
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                        /** @description The items. */
                        items: {
                            /** @description Since when. */
                            createdAt: components["schemas"]["Timestamp"];
                            /** @description Whether it is the one that asks. */
                            current: boolean;
                            /** @description On which device. */
                            device?: string | null;
                            /** @description Its id. */
                            id: components["schemas"]["SessionId"];
                            method?: components["schemas"]["Method"] | null;
                            /** @description When it was last renewed. */
                            seenAt: components["schemas"]["Timestamp"];
                        }[];
                    };
                };
            };
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description Of this site; of the platform when not said. */
                siteId?: components["schemas"]["SiteId"];
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description Of this site; of the platform when not said. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                 * @description Words of the name or the address, full pinyin, or the initials of it.
                 * @example tingchechang
                 */
                q?: string;
                /** @description Longitude of where one stands (GCJ-02), with `lat`. */
                lng?: number;
                /** @description Latitude. */
                lat?: number;
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                 * @description For the audit log.
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                 * @description For people to know it again. What the file is shows in its bytes.
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                 * @description For the audit log.
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                 * @description For people to know it again. What the file is shows in its bytes.
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
                /** @description How many, 1 to 100; 20 when not said. */
                limit?: number;
                /** @description `nextCursor` of the part before. */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
            /** @description Something is wrong with the request; `code` says what */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is wrong on our side; try again */
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
