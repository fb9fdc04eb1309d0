(** * Claims 4 (first part) and 7: group convolution, and the sizes of outputs

    Claim 4, Eq. 1. Group convolution is regular convolution with a block-diagonal kernel. On paper: row o of
    the block-diagonal kernel is zero outside the input channels of o's own group, so the sum over all
    channels is the sum over that group.

    A convolution is treated at two levels.
    - At one output pixel the input is a patch: X c s is the pixel of channel c under tap s. The patch absorbs
      stride, padding and dilation: what is proved for every patch holds for all of them. ([regular_at],
      [group_at])
    - With its geometry: taps (u, v), positions i stride + u dilation - before, zeros outside the picture.
      ([convolution], [group_convolution]) It is the former at the patch under the window.

    Claim 7. An output position is counted exactly if its window fits into the padded input; SAME padding
    keeps the size at stride 1 and gives size / stride, rounded up, otherwise. On paper: the last tap of
    position i is at i stride + span - 1; it is within the padded input iff i <= (padded - span) / stride. *)

From Coq Require Import Arith ZArith Lia Ring Setoid.
From IGC Require Import Formulas Division Sum.

(** How a kernel moves over its input, spec/00-notation.ts. *)
Record window := Window {
  kernel_h : nat; kernel_w : nat;
  stride_h : nat; stride_w : nat;
  dilation_h : nat; dilation_w : nat;
  top : nat; bottom : nat; left : nat; right : nat
}.

(** The window of every 1 x 1 convolution. *)
Definition unit_window : window := Window 1 1 1 1 1 1 0 0 0 0.

Definition row_under (w : window) (i u : nat) : Z :=
  input_position (Z.of_nat i) (Z.of_nat (stride_h w)) (Z.of_nat u) (Z.of_nat (dilation_h w)) (Z.of_nat (top w)).

Definition column_under (w : window) (j v : nat) : Z :=
  input_position (Z.of_nat j) (Z.of_nat (stride_w w)) (Z.of_nat v) (Z.of_nat (dilation_w w)) (Z.of_nat (left w)).

Section Convolutions.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

(** ** At one output pixel *)

(** Regular convolution of a patch of C channels and S taps: output channel o. *)
Definition regular_at (C S : nat) (W : nat -> nat -> nat -> A) (X : nat -> nat -> A) (o : nat) : A :=
  ∑ c < C, ∑ s < S, W o c s * X c s.

(** Group convolution with O output and I input channels a group: output channel o belongs to group o / O. *)
Definition group_at (O I S : nat) (W : nat -> nat -> nat -> A) (X : nat -> nat -> A) (o : nat) : A :=
  ∑ m < I, ∑ s < S, W o m s * X (partition_channel I (o / O) m) s.

Definition block_diagonal (O I : nat) (W : nat -> nat -> nat -> A) (o c s : nat) : A :=
  if same_group O I o c then W o (block_diagonal_column I c) s else 0.

(** Claim 4, Eq. 1. *)
Theorem group_is_regular_with_block_diagonal (groups O I S : nat) W X (o : nat) :
  (o < groups * O)%nat ->
  group_at O I S W X o = regular_at (groups * I) S (block_diagonal O I W) X o.
Proof.
  intro below. destruct (channel_parts groups O o below) as (l & n & l_below & n_below & ->).
  unfold group_at, regular_at, block_diagonal, same_group, block_diagonal_column, partition_channel.
  rewrite quotient by assumption. rewrite sum_blocks, (sum_single A groups l); [|assumption|].
  - apply sum_ext. intros m m_below. apply sum_ext. intros s _.
    now rewrite quotient, remainder, Nat.eqb_refl by assumption.
  - intros k _ other. apply sum_vanishes. intros m m_below. apply sum_vanishes. intros s _.
    rewrite quotient by assumption. rewrite (proj2 (Nat.eqb_neq l k)) by auto. ring.
Qed.

(** A group of the group convolution is a regular convolution of its own: [y_l] = W_ll z_l. *)
Theorem group_by_group (O I S : nat) W X (l n : nat) :
  (n < O)%nat ->
  group_at O I S W X (partition_channel O l n) =
  regular_at I S (fun o c s => W (partition_channel O l o) c s) (fun m s => X (partition_channel I l m) s) n.
Proof. intro. unfold group_at, regular_at, partition_channel. now rewrite quotient. Qed.

(** ** With its geometry *)

(** A feature map with zeros around it: x c h w inside the H x W picture. *)
Definition padded (H W : nat) (x : nat -> nat -> nat -> A) (c : nat) (h w : Z) : A :=
  if inside (Z.of_nat H) (Z.of_nat W) h w then x c (Z.to_nat h) (Z.to_nat w) else 0.

(** Output (o, i, j) of the regular convolution, spec/01-group-convolution.ts. *)
Definition convolution (C : nat) (w : window) (W : nat -> nat -> nat -> nat -> A)
    (x : nat -> Z -> Z -> A) (o i j : nat) : A :=
  ∑ c < C, ∑ u < kernel_h w, ∑ v < kernel_w w, W o c u v * x c (row_under w i u) (column_under w j v).

Definition group_convolution (O I : nat) (w : window) (W : nat -> nat -> nat -> nat -> A)
    (x : nat -> Z -> Z -> A) (o i j : nat) : A :=
  ∑ m < I, ∑ u < kernel_h w, ∑ v < kernel_w w,
    W o m u v * x (partition_channel I (o / O) m) (row_under w i u) (column_under w j v).

(** The taps in one row: tap s is (s / kw, s mod kw). *)
Definition flat (w : window) (W : nat -> nat -> nat -> nat -> A) (o c s : nat) : A :=
  W o c (s / kernel_w w)%nat (s mod kernel_w w)%nat.

(** The patch under the window at output position (i, j). *)
Definition patch (w : window) (x : nat -> Z -> Z -> A) (i j c s : nat) : A :=
  x c (row_under w i (s / kernel_w w)) (column_under w j (s mod kernel_w w)).

Theorem convolution_at_its_patch (C : nat) w W x (o i j : nat) :
  convolution C w W x o i j = regular_at C (kernel_h w * kernel_w w) (flat w W) (patch w x i j) o.
Proof.
  apply sum_ext. intros c _. rewrite sum_blocks. apply sum_ext. intros u _. apply sum_ext. intros v v_below.
  unfold flat, patch. now rewrite quotient, remainder.
Qed.

Theorem group_convolution_at_its_patch (O I : nat) w W x (o i j : nat) :
  group_convolution O I w W x o i j =
  group_at O I (kernel_h w * kernel_w w) (flat w W) (patch w x i j) o.
Proof.
  apply sum_ext. intros c _. rewrite sum_blocks. apply sum_ext. intros u _. apply sum_ext. intros v v_below.
  unfold flat, patch. now rewrite quotient, remainder.
Qed.

Definition block_diagonal_kernel (O I : nat) (W : nat -> nat -> nat -> nat -> A) (o c u v : nat) : A :=
  if same_group O I o c then W o (block_diagonal_column I c) u v else 0.

(** Claim 4 with stride, dilation and padding. *)
Theorem group_convolution_is_regular (groups O I : nat) w W x (o i j : nat) :
  (o < groups * O)%nat ->
  group_convolution O I w W x o i j = convolution (groups * I) w (block_diagonal_kernel O I W) x o i j.
Proof.
  intro below. rewrite group_convolution_at_its_patch, convolution_at_its_patch.
  now apply group_is_regular_with_block_diagonal.
Qed.

End Convolutions.

(** The rows of a patch written as one vector: entry (c kh + u) kw + v is channel c, tap (u, v). *)
Theorem patch_rows (kh kw c u v : nat) :
  u < kh -> v < kw ->
  patch_channel kh kw (patch_row kh kw c u v) = c /\
  patch_u kh kw (patch_row kh kw c u v) = u /\
  patch_v kw (patch_row kh kw c u v) = v.
Proof.
  intros u_below v_below. unfold patch_channel, patch_u, patch_v, patch_row.
  replace ((c * kh + u) * kw + v) with (c * (kh * kw) + (u * kw + v)) by ring.
  assert (u * kw + v < kh * kw) by nia.
  rewrite (quotient (kh * kw)), (remainder (kh * kw)), (quotient kw) by assumption.
  replace (c * (kh * kw) + (u * kw + v)) with ((c * kh + u) * kw + v) by ring.
  now rewrite remainder.
Qed.

(** ** Claim 7: sizes *)

(** Position i is counted exactly if its last tap lies within the padded input. *)
Theorem output_size_counts_fitting_windows (size kernel stride dilation before after i : nat) :
  1 <= stride -> span kernel dilation <= size + before + after ->
  (i < output_size size kernel stride dilation before after <->
   i * stride + span kernel dilation <= size + before + after).
Proof.
  unfold output_size, span. set (taps := dilation * (kernel - 1) + 1). intros stride_positive fits.
  rewrite Nat.add_1_r, Nat.lt_succ_r.
  split; intro bound.
  - assert (stride * ((size + before + after - taps) / stride) <= size + before + after - taps)
      by (apply Nat.mul_div_le; lia). nia.
  - apply Nat.div_le_lower_bound; lia.
Qed.

Theorem unit_window_keeps_the_size (size : nat) : 1 <= size -> output_size size 1 1 1 0 0 = size.
Proof. intro. unfold output_size. rewrite Nat.div_1_r. lia. Qed.

(** SAME padding adds just what the span takes … *)
Lemma same_padding_total (kernel dilation : nat) :
  same_before kernel dilation + same_after kernel dilation + 1 = span kernel dilation.
Proof.
  unfold same_before, same_after, span.
  generalize (dilation * (kernel - 1)). intro total.
  assert (total / 2 <= total) by (apply Nat.div_le_upper_bound; lia). lia.
Qed.

(** … so the output size is the size over the stride, rounded up, … *)
Theorem same_padding_size (size kernel stride dilation : nat) :
  1 <= size -> 1 <= stride ->
  output_size size kernel stride dilation (same_before kernel dilation) (same_after kernel dilation) =
  (size - 1) / stride + 1.
Proof.
  intros. unfold output_size. pose proof (same_padding_total kernel dilation) as total. unfold span in total.
  f_equal. f_equal. lia.
Qed.

(** … and the size itself at stride 1. *)
Theorem same_padding_keeps_the_size (size kernel dilation : nat) :
  1 <= size ->
  output_size size kernel 1 dilation (same_before kernel dilation) (same_after kernel dilation) = size.
Proof. intro. rewrite same_padding_size by lia. rewrite Nat.div_1_r. lia. Qed.

(** The frameworks' SAME, whose pads depend on the stride, gives the same sizes, however its pads are split. *)
Theorem framework_same_padding_size (size kernel stride dilation before after : nat) :
  1 <= size -> 1 <= stride ->
  before + after = framework_same_total size kernel stride dilation ->
  output_size size kernel stride dilation before after = framework_same_size size stride.
Proof.
  unfold framework_same_total, framework_same_size, output_size.
  set (taps := dilation * (kernel - 1) + 1). set (last := (size - 1) / stride).
  intros size_positive stride_positive total. f_equal.
  assert (1 <= taps) by apply Nat.le_add_l.
  assert (stride * last <= size - 1) by (apply Nat.mul_div_le; lia).
  assert (size - 1 < stride * S last) by (apply Nat.mul_succ_div_gt; lia).
  rewrite Nat.mul_succ_r in *. rewrite (Nat.mul_comm last) in total.
  symmetry. apply (Nat.div_unique _ _ _ (size + before + after - taps - stride * last)); lia.
Qed.
