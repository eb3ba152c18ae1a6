import type { ReasonCode } from '../../domain/reason'

/** The explanation of a reason. */
export interface ReasonText {
  /** The text at the door or on the screen. */
  title: string
  /** What it means. */
  meaning: string
  /** What to do. */
  todo: string
}

export const reasons: Record<ReasonCode, ReasonText> = {
  ok: { title: '已开门', meaning: '门已收到开门指令并打开。', todo: '请尽快通过，门会自动关上。' },
  not_yet_valid: {
    title: '未到启用时间',
    meaning: '这张卡或这次预约还没有到可以使用的时间。',
    todo: '请在启用时间之后再来。如果时间有误，请联系物业或受访人修改。',
  },
  expired: {
    title: '已过截止时间',
    meaning: '这次预约已经过了可以通行的时间。',
    todo: '需要再次进入时，请重新预约或联系受访人。',
  },
  not_approved: { title: '待审核', meaning: '这次预约还没有得到同意。', todo: '请等待受访人审批，结果会通知您。' },
  rejected: {
    title: '预约未通过',
    meaning: '受访人没有同意这次预约。',
    todo: '请在访客预约记录中查看原因，或与受访人联系后重新预约。',
  },
  revoked: {
    title: '已失效',
    meaning: '这张卡已解除绑定，或这个二维码所属的授权已被收回。',
    todo: '请下拉刷新二维码。仍然失效时，请在自助卡务中重新绑定，或联系物业。',
  },
  card_lost: {
    title: '卡已挂失',
    meaning: '这张卡已在物业登记挂失，二维码同时停用。',
    todo: '卡已找回时，请到物业解除挂失，解除后二维码自动恢复。',
  },
  card_frozen: {
    title: '卡已冻结',
    meaning: '物业暂停了这张卡的使用。',
    todo: '请联系物业了解原因并办理恢复。',
  },
  card_expired: {
    title: '卡已过期',
    meaning: '这张卡的有效期已经结束。',
    todo: '请联系物业延期，延期后二维码自动恢复。',
  },
  binding_suspended: {
    title: '绑定已暂停',
    meaning: '卡的状态或登记手机号有变化，绑定被暂停使用。',
    todo: '请联系物业核对卡的登记资料。手机号已更换时，可用新号码重新绑定。',
  },
  wrong_site: {
    title: '非本场区的码',
    meaning: '出示的二维码属于另一个场区。',
    todo: '请在首页顶部切换到当前所在的场区，再出示二维码。',
  },
  door_not_allowed: {
    title: '无此门权限',
    meaning: '这张卡没有这扇门的通行权限。',
    todo: '请从有权限的门进入，可在卡信息中查看。需要开通时，请联系物业。',
  },
  outside_schedule: {
    title: '不在通行时段',
    meaning: '现在不在这扇门允许通行的时间内。',
    todo: '请在通行时段内再来，时段可在卡信息中查看。',
  },
  used_up: {
    title: '次数已用完',
    meaning: '这次预约允许的进入次数已经用完。',
    todo: '需要再次进入时，请联系受访人或重新预约。',
  },
  replayed: {
    title: '此码已使用',
    meaning: '每个二维码只能使用一次，这个码刚刚已经用过。',
    todo: '请等待二维码自动刷新，或点击二维码换一个新码。',
  },
  stale_code: {
    title: '码已过期',
    meaning: '二维码每隔几秒更换一次，这个码已经超过时间。截图和照片不能用于开门。',
    todo: '请打开首页出示最新的二维码。',
  },
  clock_skew: {
    title: '时间不准',
    meaning: '手机或门口设备的时间与标准时间相差太多。',
    todo: '请在手机设置中打开“自动设置时间”，联网后再试。',
  },
  bad_code: {
    title: '无法识别',
    meaning: '这不是本系统的二维码，或屏幕反光、破损使读头没有读清。',
    todo: '请调亮屏幕、擦净后正对读头，距离约 10 厘米再试。',
  },
  blocked: { title: '请联系管理处', meaning: '目前不能为您开门。', todo: '请联系场区管理处。' },
  lockdown: {
    title: '场区封闭',
    meaning: '场区目前处于封闭状态，所有的门都不能打开。',
    todo: '请听从现场人员安排，或联系管理处。',
  },
  door_offline: {
    title: '门口设备离线',
    meaning: '门口的设备没有联网，收不到开门指令。',
    todo: '请改用实体卡或另一扇门，并告诉物业检修。',
  },
  device_busy: { title: '设备忙', meaning: '门口设备正在处理另一次开门。', todo: '请稍候几秒再试。' },
  door_not_opened: {
    title: '门未响应',
    meaning: '开门指令已发出，但门没有回应，指令已作废，不会稍后突然开门。',
    todo: '请再试一次。仍不行时，请改用二维码或实体卡，并告诉物业检修。',
  },
}
