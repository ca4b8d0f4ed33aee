import EligibilityPolicy

extension ServiceProblem {
    /// What people read of it, in every language.
    var text: ProblemText {
        switch self {
        case .tokenMissing:
            text(
                ("A token is needed", "需要權杖", "需要令牌"),
                ("The request has no bearer token.", "請求沒有附上持有者權杖。", "请求没有附上持有者令牌。"),
                (
                    "Send an Authorization header with a bearer token.", "請在 Authorization 標頭附上持有者權杖。",
                    "请在 Authorization 标头附上持有者令牌。"
                ))
        case .tokenInvalid:
            text(
                ("The token is not valid", "權杖無效", "令牌无效"),
                (
                    "The token is malformed, not signed by a known key, or not issued for this service.",
                    "權杖格式錯誤、並非由已知金鑰簽署，或並非為本服務簽發。", "令牌格式错误、并非由已知密钥签署，或并非为本服务签发。"
                ), ("Ask the authorisation server for a new token.", "請向授權伺服器索取新的權杖。", "请向授权服务器索取新的令牌。"))
        case .tokenExpired:
            text(
                ("The token has expired", "權杖已過期", "令牌已过期"),
                ("The token's time is over, or has not begun.", "權杖已過期或尚未生效。", "令牌已过期或尚未生效。"),
                ("Ask the authorisation server for a new token.", "請向授權伺服器索取新的權杖。", "请向授权服务器索取新的令牌。"))
        case .tokenTooLarge:
            text(
                ("The token is too large", "權杖過大", "令牌过大"),
                (
                    "The token has more bytes than are taken here; `parameters.bytes` says how many are.",
                    "權杖超過此處接受的大小；上限見 parameters.bytes（位元組）。", "令牌超过此处接受的大小；上限见 parameters.bytes（字节）。"
                ),
                (
                    "Have the authorisation server put less into the token, such as fewer groups.",
                    "請在授權伺服器減少權杖的內容，例如群組數目。", "请在授权服务器减少令牌的内容，例如群组数目。"
                ))
        case .roleNotPermitted:
            text(
                ("The role may not do this", "角色無此權限", "角色无此权限"),
                ("None of the token's roles may do this.", "權杖的角色均無此權限。", "令牌的角色均无此权限。"),
                (
                    "Use a token with a role that the API document names for this operation.", "請使用具有 API 文件所列角色的權杖。",
                    "请使用具有 API 文档所列角色的令牌。"
                ))
        case .ledgerNotPermitted:
            text(
                ("The token is for another ledger", "權杖屬於另一帳簿", "令牌属于另一账簿"),
                ("The token does not name the ledger of this service.", "權杖沒有指明本服務的帳簿。", "令牌没有指明本服务的账簿。"),
                ("Use a token whose ledger is that of this service.", "請使用本服務帳簿的權杖。", "请使用本服务账簿的令牌。"))
        case .auditorRequired:
            text(
                ("The role auditor is needed", "須具備審計員角色", "须具备审计员角色"),
                (
                    "Confidential types of event, and events of the past, are sent only where an auditor orders it.",
                    "機密類型的事件及過往的事件，只會按審計員的指示發送。", "机密类型的事件及过往的事件，只会按审计员的指示发送。"
                ),
                (
                    "Leave the confidential types and the position out, or ask an auditor to add or replay the webhook.",
                    "請不要指定機密類型及位置，或請審計員加入或重新發送該 webhook。", "请不要指定机密类型及位置，或请审计员添加或重新发送该 webhook。"
                ))
        case .sessionMissing:
            text(
                ("You are not signed in", "您尚未登入", "您尚未登录"),
                (
                    "Nobody is signed in here, or the session is over. Nothing was done.", "此處無人登入，或工作階段已結束，未執行任何操作。",
                    "此处无人登录，或会话已结束，未执行任何操作。"
                ),
                ("Sign in, then do it again.", "請登入後重做一次。", "请登录后重做一次。"))
        case .formForged:
            text(
                ("The form is not one of ours", "表單並非由本服務發出", "表单并非由本服务发出"),
                (
                    "The form did not come from a page of this session. Nothing was done.", "表單並非來自本工作階段的頁面，未執行任何操作。",
                    "表单并非来自本会话的页面，未执行任何操作。"
                ),
                ("Open the page again and fill the form in there.", "請重新開啟頁面再填寫表單。", "请重新打开页面再填写表单。"))
        case .signInFailed:
            text(
                ("The sign-in did not succeed", "登入失敗", "登录失败"),
                (
                    "The provider refused it, took too long, or what came back does not belong to this browser.",
                    "登入服務拒絕、逾時，或回應不屬於此瀏覽器。", "登录服务拒绝、超时，或响应不属于此浏览器。"
                ), ("Sign in again.", "請重新登入。", "请重新登录。"))
        case .signInUnavailable:
            text(
                ("Nobody can sign in now", "目前無法登入", "目前无法登录"),
                ("The provider at which people sign in does not answer.", "登入服務沒有回應。", "登录服务没有响应。"),
                ("Try again in a moment.", "請稍後重試。", "请稍后重试。"))
        case .routeNotFound:
            text(
                ("There is nothing here", "此處沒有內容", "此处没有内容"),
                ("No resource has this address.", "此網址沒有資源。", "此网址没有资源。"),
                ("Look the address up in the API document, /docs.", "請在 API 文件 /docs 查閱網址。", "请在 API 文档 /docs 查阅网址。"))
        case .methodNotAllowed:
            text(
                ("The method is not allowed here", "不允許此方法", "不允许此方法"),
                ("The resource does not take this method.", "此資源不接受此方法。", "此资源不接受此方法。"),
                ("Use one of the methods in the Allow header.", "請使用 Allow 標頭所列的方法。", "请使用 Allow 标头所列的方法。"))
        case .messageMalformed:
            text(
                ("The message is not HTTP", "訊息不是 HTTP", "消息不是 HTTP"),
                (
                    "The request's head or the framing of its body is not as HTTP/1.1 has it.",
                    "請求標頭或內文的分段不符 HTTP/1.1。", "请求标头或正文的分段不符 HTTP/1.1。"
                ), ("Send a request as RFC 9112 has it.", "請按 RFC 9112 送出請求。", "请按 RFC 9112 发送请求。"))
        case .headTooLarge:
            text(
                ("The head is too large", "標頭過大", "标头过大"),
                (
                    "The request's address and headers have more bytes, or are more, than are taken here; `parameters` has the limits.",
                    "請求的網址與標頭超過此處接受的大小或數目；上限見 parameters。", "请求的网址与标头超过此处接受的大小或数目；上限见 parameters。"
                ), ("Send fewer and shorter headers.", "請減少並縮短標頭。", "请减少并缩短标头。"))
        case .requestInvalid:
            text(
                ("The request is not valid", "請求無效", "请求无效"),
                (
                    "Some of what was sent is not what it must be; `errors` says what.", "部分內容不符要求，詳見 errors。",
                    "部分内容不符要求，详见 errors。"
                ),
                ("Correct every place that is named and send the request again.", "請更正所列各處後重新送出。", "请更正所列各处后重新发送。"))
        case .bodyMalformed:
            text(
                ("The body cannot be read", "無法讀取內文", "无法读取正文"),
                (
                    "The body is not JSON in UTF-8 with unique names, or is nested too deeply.",
                    "內文不是名稱不重複的 UTF-8 JSON，或巢狀過深。", "正文不是名称不重复的 UTF-8 JSON，或嵌套过深。"
                ), ("Send one JSON value as RFC 8259 has it.", "請按 RFC 8259 送出一個 JSON 值。", "请按 RFC 8259 发送一个 JSON 值。"))
        case .bodyTooLarge:
            text(
                ("The body is too large", "內文過大", "正文过大"),
                ("The body has more bytes than are taken here.", "內文超過此處接受的大小。", "正文超过此处接受的大小。"),
                ("Send less at once.", "請分批送出。", "请分批发送。"))
        case .tooManyLines:
            text(
                ("Too many lines", "行數過多", "行数过多"),
                (
                    "The import has more lines than are taken here, so that none was recorded.",
                    "匯入的行數超過此處接受的上限，故未記錄任何一行。", "导入的行数超过此处接受的上限，故未记录任何一行。"
                ),
                (
                    "Send at most 100,000 lines at once, users before the devices that they hold.",
                    "請分批送出，每次至多 100,000 行，並先送使用者、後送其持有的裝置。", "请分批发送，每次至多 100,000 行，并先发送用户、后发送其持有的设备。"
                ))
        case .mediaTypeUnsupported:
            text(
                ("The media type is not supported", "不支援的媒體類型", "不支持的媒体类型"),
                ("The body is of another media type than is taken here.", "內文的媒體類型不被接受。", "正文的媒体类型不被接受。"),
                (
                    "Send the Content-Type that the API document names.", "請使用 API 文件所列的 Content-Type。",
                    "请使用 API 文档所列的 Content-Type。"
                ))
        case .contentCodingUnsupported:
            text(
                ("The content coding is not supported", "不支援的內容編碼", "不支持的内容编码"),
                (
                    "The body is compressed in another way than is taken here.", "內文的壓縮方式不被接受。", "正文的压缩方式不被接受。"
                ),
                (
                    "Send the body as it is, or as gzip with Content-Encoding: gzip.",
                    "請直接送出內文，或以 gzip 壓縮並附上 Content-Encoding: gzip。", "请直接发送正文，或以 gzip 压缩并附上 Content-Encoding: gzip。"
                ))
        case .syncPointUnknown:
            text(
                ("The log does not have that point", "日誌中沒有這一點", "日志中没有这一点"),
                (
                    "The log does not hold the event that updatedSince names: it is another log, or one that was restored from before.",
                    "日誌中沒有 updatedSince 所指的事件：這是另一個日誌，或由較早的備份還原。",
                    "日志中没有 updatedSince 所指的事件：这是另一个日志，或由较早的备份恢复。"
                ),
                (
                    "Take the whole list, without updatedSince, and go on from the asOf that it gives.",
                    "請不帶 updatedSince 讀取整個清單，再由其 asOf 繼續。", "请不带 updatedSince 读取整个列表，再由其 asOf 继续。"
                ))
        case .logRewound:
            text(
                ("The log has lost its end", "日誌的末尾已遺失", "日志的末尾已丢失"),
                (
                    "The log no longer holds the event that you read last: its database has come back without its last events, as after a failover or a restore. `parameters.checkpoint` is your checkpoint, if the log holds that still.",
                    "日誌中已沒有您最後讀取的事件：資料庫在故障轉移或還原後缺少最後的事件。若日誌仍有您的檢查點，parameters.checkpoint 會列出。",
                    "日志中已没有您最后读取的事件：数据库在故障转移或恢复后缺少最后的事件。若日志仍有您的检查点，parameters.checkpoint 会列出。"
                ),
                (
                    "Go on from `parameters.checkpoint`, or from the beginning without it, and take back what rests on events that no longer come.",
                    "請由 parameters.checkpoint 繼續（沒有時由頭開始），並撤回以不再出現的事件為依據的處理。",
                    "请由 parameters.checkpoint 继续（没有时从头开始），并撤回以不再出现的事件为依据的处理。"
                ))
        case .syncNotConfirmed:
            text(
                ("Another number is missing", "缺少的數目不同", "缺少的数目不同"),
                (
                    "`confirm` is not the number of users and devices that are missing from the list; `parameters.missing` says how many are. Nothing was changed.",
                    "confirm 與清單缺少的用戶及裝置數目不同（見 parameters.missing），沒有更改任何內容。",
                    "confirm 与列表缺少的用户及设备数目不同（见 parameters.missing），没有更改任何内容。"
                ),
                (
                    "Send the list without `confirm`, look at what is missing, and confirm that number.",
                    "請不帶 confirm 送出清單，查看缺少的項目，再確認其數目。", "请不带 confirm 发送列表，查看缺少的项目，再确认其数目。"
                ))
        case .syncListInvalid:
            text(
                ("The list cannot be relied on", "清單不可靠", "列表不可靠"),
                (
                    "Lines of the list cannot be read, or are outside of the part that it is said to be. Nothing was changed.",
                    "清單中有無法讀取的行，或有超出所述範圍的行，沒有更改任何內容。", "列表中有无法读取的行，或有超出所述范围的行，没有更改任何内容。"
                ),
                (
                    "Send the list without `confirm` to see which lines they are, and correct them.",
                    "請不帶 confirm 送出清單以查看是哪些行，並予以更正。", "请不带 confirm 发送列表以查看是哪些行，并予以更正。"
                ))
        case .preconditionFailed:
            text(
                ("It has changed meanwhile", "資源已被更改", "资源已被更改"),
                ("The resource is not at the version that the request names.", "資源的版本與請求所指不同。", "资源的版本与请求所指不同。"),
                ("Read it again, and decide on what it is now.", "請重新讀取後再作決定。", "请重新读取后再作决定。"))
        case .historyPointInvalid:
            text(
                ("That is no point in history", "並非歷史上的一點", "并非历史上的一点"),
                (
                    "A point in history is a position of the log, a time, or a date.", "歷史上的一點，須為日誌的位置、時間或日期。",
                    "历史上的一点，须为日志的位置、时间或日期。"
                ),
                (
                    "Write a position such as 4711, a time such as 2026-11-24T03:43:42Z, or a date such as 2026-11-24.",
                    "請寫位置（如 4711）、時間（如 2026-11-24T03:43:42Z）或日期（如 2026-11-24）。",
                    "请写位置（如 4711）、时间（如 2026-11-24T03:43:42Z）或日期（如 2026-11-24）。"
                ))
        case .logFilterInvalid:
            text(
                ("The log cannot be looked through like this", "無法如此檢索日誌", "无法如此检索日志"),
                (
                    "One of the fields is not what the log knows: a type of event, a stream such as user/maria01, or a time.",
                    "其中一個欄位並非日誌所知者：事件類型、串流（如 user/maria01）或時間。",
                    "其中一个字段并非日志所知者：事件类型、流（如 user/maria01）或时间。"
                ),
                ("Go back and check the fields.", "請返回並檢查各欄位。", "请返回并检查各字段。"))
        case .problemNotFound:
            text(
                ("There is no such problem", "沒有這種問題", "没有这种问题"),
                ("No problem has this code.", "沒有此代碼的問題。", "没有此代码的问题。"),
                ("See /problems for all of them.", "全部代碼見 /problems。", "全部代码见 /problems。"))
        case .webhookNotFound:
            text(
                ("There is no such webhook", "沒有這個 webhook", "没有这个 webhook"),
                ("No webhook has this identifier.", "沒有此識別碼的 webhook。", "没有此标识符的 webhook。"),
                ("See /v1/webhooks for all of them.", "全部 webhook 見 /v1/webhooks。", "全部 webhook 见 /v1/webhooks。"))
        case .ledgerNotFound:
            text(
                ("No such ledger here", "此處沒有該帳簿", "此处没有该账簿"),
                (
                    "This server does not serve a ledger of that name.", "本伺服器不提供該名稱的帳簿。", "本服务器不提供该名称的账簿。"
                ),
                (
                    "Ask a server that was started with that ledger, or correct the name.", "請查詢以該帳簿啟動的伺服器，或更正名稱。",
                    "请查询以该账簿启动的服务器，或更正名称。"
                ))
        case .notSealed:
            text(
                ("No checkpoint covers this yet", "尚無檢查點涵蓋此內容", "尚无检查点涵盖此内容"),
                (
                    "What is asked for is not in a tree that has been signed.", "所查內容不在已簽署的樹之內。", "所查内容不在已签署的树之内。"
                ),
                (
                    "Ask for no more than the size that /v1/checkpoint names; where checkpoints are signed, they follow an event within a second.",
                    "請勿超出 /v1/checkpoint 所示的大小；若有簽署檢查點，事件發生後一秒內便會簽署。",
                    "请勿超出 /v1/checkpoint 所示的大小；若有签署检查点，事件发生后一秒内便会签署。"
                ))
        case .dataInArchive:
            text(
                ("It is in an archive", "內容已封存", "内容已存档"),
                (
                    "The request is finished, and what happened to it has left the log for an archive.",
                    "該申請已結束，其經過已從日誌移至封存檔。", "该申请已结束，其经过已从日志移至存档。"
                ),
                (
                    "Ask the operator to bring the archive back, or read it in the archive.",
                    "請營運人員取回封存檔，或在封存檔中查閱。", "请营运人员取回存档，或在存档中查阅。"
                ))
        case .tooManyWebhooks:
            text(
                ("There are too many webhooks", "webhook 過多", "webhook 过多"),
                ("The ledger has as many webhooks as it may have.", "帳簿的 webhook 已達上限。", "账簿的 webhook 已达上限。"),
                ("Remove one that is no longer needed.", "請移除不再需要的 webhook。", "请移除不再需要的 webhook。"))
        case .requestTimedOut:
            text(
                ("The request took too long", "請求逾時", "请求超时"),
                ("The request did not arrive as a whole in time.", "請求未能及時完整送達。", "请求未能及时完整送达。"),
                ("Send it again, under the same idempotency key if it had one.", "請以相同的冪等鍵重新送出。", "请以相同的幂等键重新发送。"))
        case .serverTimedOut:
            text(
                ("The service took too long", "服務逾時", "服务超时"),
                (
                    "The service did not come to an end with the request in time. What it was to change may be recorded all the same.",
                    "服務未能及時完成請求；所要求的更改仍可能已經記錄。", "服务未能及时完成请求；所要求的更改仍可能已经记录。"
                ),
                (
                    "Send it again. Repeat a change under the same idempotency key: it is answered, not carried out twice.",
                    "請重新送出。若為更改，請以相同的冪等鍵重複：只會回覆，不會重複執行。",
                    "请重新发送。若为更改，请以相同的幂等键重复：只会回复，不会重复执行。"
                ))
        case .tooManyDryRuns:
            text(
                ("Too many dry runs", "試算次數過多", "试算次数过多"),
                (
                    "Identity data of one of the users were recorded recently, and there were too many dry runs on that user or the other one since.",
                    "其中一位用戶的身分資料於近期記錄，而此後對該用戶或另一位用戶的試算次數過多。", "其中一位用户的身份资料于近期记录，而此后对该用户或另一位用户的试算次数过多。"
                ),
                (
                    "Submit the request instead, or come again after the seconds that Retry-After gives.",
                    "請直接提交申請，或在 Retry-After 所示的秒數後再試。", "请直接提交申请，或在 Retry-After 所示的秒数后再试。"
                ))
        case .tooManyRequests:
            text(
                ("Too many requests", "請求過多", "请求过多"),
                ("This client sends more than it may.", "此用戶端送出的請求超出限額。", "此客户端发送的请求超出限额。"),
                ("Wait for as long as Retry-After says.", "請按 Retry-After 等待。", "请按 Retry-After 等待。"))
        case .overloaded:
            text(
                ("The service is busy", "服務繁忙", "服务繁忙"),
                ("More is under way than the service takes on.", "處理中的請求已達上限。", "处理中的请求已达上限。"),
                (
                    "Wait for as long as Retry-After says, then try again.", "請按 Retry-After 等待後重試。",
                    "请按 Retry-After 等待后重试。"
                ))
        case .stopped:
            text(
                ("The service is stopping", "服務正在停止", "服务正在停止"),
                ("The service takes no more requests.", "服務不再接受請求。", "服务不再接受请求。"),
                ("Try again in a moment.", "請稍後重試。", "请稍后重试。"))
        case .databaseUnavailable:
            text(
                ("The database is not available", "資料庫無法使用", "数据库无法使用"),
                ("Nothing was recorded.", "沒有記錄任何內容。", "没有记录任何内容。"),
                ("Try again in a moment.", "請稍後重試。", "请稍后重试。"))
        case .outcomeUnknown:
            text(
                ("The outcome is not known", "結果不明", "结果不明"),
                (
                    "The connection to the database broke during the commit.", "提交時與資料庫的連線中斷。", "提交时与数据库的连接中断。"
                ),
                (
                    "Repeat the request under the same idempotency key: it is answered, not carried out twice.",
                    "請以相同的冪等鍵重複請求：只會回覆，不會重複執行。", "请以相同的幂等键重复请求：只会回复，不会重复执行。"
                ))
        case .diskFull:
            text(
                ("The database's disk is full", "資料庫磁碟已滿", "数据库磁盘已满"),
                ("Nothing was recorded.", "沒有記錄任何內容。", "没有记录任何内容。"),
                ("The operator must make room.", "營運人員須騰出空間。", "营运人员须腾出空间。"))
        case .clockBehind:
            text(
                ("A clock is behind", "時鐘落後", "时钟落后"),
                (
                    "The service's clock is behind the newest event. Nothing was recorded.", "服務的時鐘落後於最新事件，沒有記錄任何內容。",
                    "服务的时钟落后于最新事件，没有记录任何内容。"
                ),
                (
                    "The operator must set it right. Only where the clocks are right and the event's time is wrong, run `devshare ledger repair-clock`.",
                    "營運人員須校正時鐘；僅當時鐘正確而事件的時間有誤時，才執行 `devshare ledger repair-clock`。",
                    "营运人员须校正时钟；仅当时钟正确而事件的时间有误时，才执行 `devshare ledger repair-clock`。"
                ))
        case .clockAhead:
            text(
                ("A clock is ahead", "時鐘超前", "时钟超前"),
                (
                    "The service's clock is ahead of the database's; `parameters.seconds` says by how much. Nothing was recorded.",
                    "服務的時鐘超前於資料庫的時鐘，超前的秒數見 parameters.seconds。沒有記錄任何內容。",
                    "服务的时钟超前于数据库的时钟，超前的秒数见 parameters.seconds。没有记录任何内容。"
                ),
                (
                    "The operator must set right the one of the two clocks that is wrong.", "營運人員須校正兩者之中錯誤的時鐘。",
                    "营运人员须校正两者之中错误的时钟。"
                ))
        case .noActivePolicy:
            text(
                ("No policy is active", "沒有生效的政策", "没有生效的政策"),
                ("Without a policy nothing is decided.", "沒有政策便無法決定。", "没有政策便无法决定。"),
                ("The operator must activate one.", "營運人員須啟用政策。", "营运人员须启用政策。"))
        case .identityKeyMissing:
            text(
                ("Identities cannot be recorded", "無法登記身分資料", "无法登记身份资料"),
                ("The service has no key for identity fingerprints.", "服務沒有身分指紋金鑰。", "服务没有身份指纹密钥。"),
                ("The operator must configure one.", "營運人員須設定金鑰。", "营运人员须配置密钥。"))
        case .tokenKeysUnavailable:
            text(
                ("Tokens cannot be checked", "無法驗證權杖", "无法验证令牌"),
                ("The keys of the authorisation server cannot be had.", "無法取得授權伺服器的金鑰。", "无法取得授权服务器的密钥。"),
                ("Try again in a moment.", "請稍後重試。", "请稍后重试。"))
        case .internalFailure:
            text(
                ("Something is wrong inside", "內部錯誤", "内部错误"),
                (
                    "The service failed; the operator finds more under the request's id.", "服務發生錯誤，營運人員可按請求編號查閱詳情。",
                    "服务发生错误，营运人员可按请求编号查阅详情。"
                ),
                ("Tell the operator the request's id.", "請將請求編號告知營運人員。", "请将请求编号告知营运人员。"))
        }
    }

    private typealias Words = (String, String, String)

    private func text(_ title: Words, _ detail: Words, _ advice: Words) -> ProblemText {
        ProblemText(
            title: .of(title.0, title.1, title.2), detail: .of(detail.0, detail.1, detail.2),
            advice: .of(advice.0, advice.1, advice.2))
    }
}
