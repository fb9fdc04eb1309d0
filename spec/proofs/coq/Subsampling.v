(** * Claim 9: strides, and the block with its kernels swapped

    - With explicit padding, the block with a stride in the primary convolution is the stride-1 block, every
      stride-th row and column of it. On paper: both look at input position (i s) 1 + u d - before.
    - Not with the frameworks' SAME, whose padding depends on the stride: a kernel (1, 0, 0) on the row
      (1, 2, 3, 4) with stride 2 pads nothing in front and reads 1, with stride 1 it pads one zero and reads 0.
    - Swapped order, 1 x 1 first and spatial second: W[o, c, s] = Wd[m2 Lout + l2, l, s] Wp[l Mout + m2, m]; it has
      G (M + L S) parameters.
    - It is another family of kernels. On paper: in a swapped kernel two input channels of one partition are
      proportional, tap by tap, for each output; in a block two outputs l2, l2' with the same m2 are. W[o, c, s] = [c = s]
      breaks the former and is a block's; the other way round likewise. For S = 1 the families agree; for
      M = 1 every block is a swapped one, for L = 1 every swapped one is a block.
    - The adjoint of an (L, M) block with stride 1 is an (M, L) block of swapped order with transposed and
      flipped kernels, between an interleave and a deinterleave. On paper: x' = P Wd Pt Wp x has the adjoint
      Wpt P Wdt Pt; the 1 x 1 convolution comes first and has M partitions; the transpose of a spatial
      convolution with stride 1 is the convolution with flipped taps; put Pt P = 1 in front. *)

From Coq Require Import Arith ZArith Lia Ring Setoid Bool.
From IGC Require Import Formulas Division Sum Interleave GroupConvolution Composite Adjoint.

(** ** A stride is subsampling *)

Definition unstrided (k : window) : window :=
  Window (kernel_h k) (kernel_w k) 1 1 (dilation_h k) (dilation_w k) (top k) (bottom k) (left k) (right k).

(** Output position i with a stride is output position i stride without, and no other positions are. *)
Theorem strided_positions (size kernel stride dilation before after i : nat) :
  1 <= stride ->
  i < output_size size kernel stride dilation before after <->
  i * stride < output_size size kernel 1 dilation before after.
Proof.
  intro. unfold output_size. set (room := size + before + after - (dilation * (kernel - 1) + 1)).
  rewrite Nat.div_1_r, !Nat.add_1_r, !Nat.lt_succ_r. split; intro bound.
  - transitivity (room / stride * stride); [now apply Nat.mul_le_mono_r|].
    rewrite Nat.mul_comm. apply Nat.mul_div_le. lia.
  - apply Nat.div_le_lower_bound; [lia|]. now rewrite Nat.mul_comm.
Qed.

Section Subsampling.

Context {A : semiring}.
Local Open Scope semiring_scope.

Theorem convolution_stride_is_subsampling (C : nat) (k : window) (K : nat -> nat -> nat -> nat -> A) x (o i j : nat) :
  convolution C k K x o i j = convolution C (unstrided k) K x o (i * stride_h k) (j * stride_w k).
Proof.
  apply sum_ext. intros c _. apply sum_ext. intros u _. apply sum_ext. intros v _. f_equal.
  unfold row_under, column_under, input_position, unstrided; simpl. f_equal; lia.
Qed.

(** Claim 9: the block, with biases. *)
Theorem block_stride_is_subsampling (L Min Mout Lout : nat) (k : window) (H W : nat)
    (Wp Wd : nat -> nat -> nat -> nat -> A) (bp bd : nat -> A) (x : nat -> nat -> nat -> A) (o i j : nat) :
  (1 <= stride_h k)%nat -> (1 <= stride_w k)%nat ->
  (o < Lout * Mout)%nat -> (i < out_h k H)%nat -> (j < out_w k W)%nat ->
  block L Min Mout Lout k H W Wp Wd bp bd x o i j =
  block L Min Mout Lout (unstrided k) H W Wp Wd bp bd x o (i * stride_h k) (j * stride_w k).
Proof.
  intros stride_h_positive stride_w_positive o_below i_below j_below.
  rewrite !block_convolution_is_regular; try assumption.
  - now rewrite convolution_stride_is_subsampling.
  - now apply (strided_positions H (kernel_h k) (stride_h k) (dilation_h k) (top k) (bottom k)).
  - now apply (strided_positions W (kernel_w k) (stride_w k) (dilation_w k) (left k) (right k)).
Qed.

End Subsampling.

(** SAME, where the padding depends on the stride: 1 x 3 kernel on 1 x 4 pixels. *)
Definition framework_same_window (stride : nat) : window :=
  let before := framework_same_before 4 3 stride 1 in
  Window 1 3 1 stride 1 1 0 0 before (framework_same_total 4 3 stride 1 - before).

Theorem same_stride_is_not_subsampling :
  let first_tap := fun _ _ _ v => if v =? 0 then 1 else 0 in
  let one_weight := fun _ _ _ _ => 1 in
  let no_bias := fun _ => 0 in
  let x := fun _ _ w => w + 1 in
  block (A := counting) 1 1 1 1 (framework_same_window 2) 1 4 first_tap one_weight no_bias no_bias x 0 0 0 = 1 /\
  block (A := counting) 1 1 1 1 (framework_same_window 1) 1 4 first_tap one_weight no_bias no_bias x 0 0 (0 * 2) = 0.
Proof. now vm_compute. Qed.

(** ** Swapped order *)

Section Swapped.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

Variables L Min Mout Lout S : nat.
Variable Wp : nat -> nat -> A.          (* primary kernel, 1 x 1: row l Mout + m2, column m *)
Variable Wd : nat -> nat -> nat -> A.   (* secondary kernel, spatial: row m2 Lout + l2, column l, tap s *)
Variable X : nat -> nat -> A.           (* patch under the secondary's window *)

(** The primary acts on each pixel of the patch. *)
Definition pointwise_at (e s : nat) : A := group_at Mout Min 1 (fun e m _ => Wp e m) (fun c _ => X c s) e.
Definition swapped_block_at (o : nat) : A :=
  group_at Lout L S Wd (fun c s => pointwise_at (interleave_source L Mout c) s) (deinterleave_source Lout Mout o).

Definition swapped_composite (o c s : nat) : A :=
  Wd (composite_secondary_row Lout Mout o) (composite_secondary_column Min c) s *
  Wp (composite_primary_row Min Mout o c) (composite_primary_column Min c).

Theorem swapped_block_is_regular_convolution (o : nat) :
  (o < Lout * Mout)%nat -> swapped_block_at o = regular_at (L * Min) S swapped_composite X o.
Proof.
  intro below. destruct (channel_parts Lout Mout o below) as (l2 & m2 & l2_below & m2_below & ->).
  unfold swapped_block_at, deinterleave_source, regular_at. rewrite quotient, remainder, sum_blocks by assumption.
  apply sum_ext. intros l l_below. rewrite quotient by assumption.
  rewrite sum_swap. apply sum_ext. intros s _.
  unfold interleave_source, pointwise_at, group_at, partition_channel. rewrite quotient, remainder by assumption.
  rewrite sum_mul_left. apply sum_ext. intros m m_below. rewrite sum_one.
  unfold swapped_composite, composite_secondary_row, composite_secondary_column, composite_primary_row,
    composite_primary_column. rewrite !quotient, !remainder by assumption. ring.
Qed.

End Swapped.

(** ** Another family of kernels *)

Section Families.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

(** W[o, c, s] = [c = s] is the kernel of an (L, M) block of any sizes … *)
Definition diagonal_primary (Min Mout e m s : nat) : A := if (partition_channel Min (e / Mout) m =? s)%nat then 1 else 0.
Definition ones (d l : nat) : A := 1.

Lemma diagonal_is_composite (Min Mout Lout o c s : nat) :
  (0 < Mout)%nat -> (0 < Min)%nat ->
  composite Min Mout Lout (diagonal_primary Min Mout) ones o c s = if (c =? s)%nat then 1 else 0.
Proof.
  intros Mout_positive Min_positive. unfold composite, ones, diagonal_primary, composite_primary_row,
    composite_primary_column, partition_channel.
  rewrite quotient by (apply Nat.mod_upper_bound; lia).
  replace (c / Min * Min + c mod Min)%nat with c by (rewrite (Nat.div_mod c Min) at 1; lia).
  apply (SRmul_1_l (laws A)).
Qed.

(** … and no swapped block has it, whatever its own partitions, if they hold two channels or more, S >= 2, and
    1 is not 0. *)
Theorem no_swapped_block_is_diagonal (Min Mout Lout : nat) :
  (1 : A) <> 0 -> (2 <= Min)%nat ->
  ~ exists (Wp : nat -> nat -> A) (Wd : nat -> nat -> nat -> A), forall c s, (c < 2)%nat -> (s < 2)%nat ->
    swapped_composite Min Mout Lout Wp Wd 0 c s = if (c =? s)%nat then 1 else 0.
Proof.
  intros one_is_not_zero two_channels (Wp & Wd & same). apply one_is_not_zero.
  pose proof (same 0 0 ltac:(lia) ltac:(lia))%nat as same00.
  pose proof (same 0 1 ltac:(lia) ltac:(lia))%nat as same01.
  pose proof (same 1 0 ltac:(lia) ltac:(lia))%nat as same10.
  pose proof (same 1 1 ltac:(lia) ltac:(lia))%nat as same11.
  unfold swapped_composite, composite_secondary_row, composite_secondary_column, composite_primary_row,
    composite_primary_column in *.
  rewrite (Nat.div_small 0 Min), (Nat.mod_small 0 Min) in same00, same01 by lia.
  rewrite (Nat.div_small 1 Min), (Nat.mod_small 1 Min) in same10, same11 by lia. simpl Nat.eqb in *. cbv iota in *.
  transitivity ((1 : A) * 1); [ring|]. rewrite <- same00, <- same11 at 1.
  match type of same00 with ?d0 * ?p0 = _ => match type of same11 with ?d1 * ?p1 = _ =>
    transitivity ((d1 * p0) * (d0 * p1)); [ring|] end end.
  rewrite same01. ring.
Qed.

(** The other way round: the swapped kernel with W[0, c, s] = [s = 0] and W[o, c, s] = [s = 1] for o > 0 … *)
Definition first_or_second (d l s : nat) : A := if (s =? (if d =? 0 then 0 else 1))%nat then 1 else 0.

Lemma first_or_second_is_swapped (Min Mout Lout o c s : nat) :
  (o < Lout * Mout)%nat ->
  swapped_composite Min Mout Lout (fun _ _ => 1) first_or_second o c s =
  if (s =? (if o =? 0 then 0 else 1))%nat then 1 else 0.
Proof.
  intro below. destruct (channel_parts Lout Mout o below) as (l2 & m2 & l2_below & m2_below & ->).
  unfold swapped_composite, composite_secondary_row, first_or_second. rewrite quotient, remainder by assumption.
  replace (m2 * Lout + l2 =? 0)%nat with (l2 * Mout + m2 =? 0)%nat; [ring|].
  apply eq_true_iff_eq. rewrite !Nat.eqb_eq. nia.
Qed.

(** … is no block's, whatever its partitions, if they give two outputs or more. *)
Theorem no_block_is_first_or_second (Min Mout Lout : nat) :
  (1 : A) <> 0 -> (1 <= Min)%nat -> (1 <= Mout)%nat -> (2 <= Lout)%nat ->
  ~ exists (Wp : nat -> nat -> nat -> A) (Wd : nat -> nat -> A), forall o s, (o < Lout * Mout)%nat -> (s < 2)%nat ->
    composite Min Mout Lout Wp Wd o 0 s = if (s =? (if o =? 0 then 0 else 1))%nat then 1 else 0.
Proof.
  intros one_is_not_zero Min_positive Mout_positive two_outputs (Wp & Wd & same). apply one_is_not_zero.
  assert (0 < Lout * Mout /\ 1 * Mout + 0 < Lout * Mout)%nat as [first_below second_below] by nia.
  pose proof (same 0 0 ltac:(lia) ltac:(lia))%nat as same00.
  pose proof (same 0 1 ltac:(lia) ltac:(lia))%nat as same01.
  pose proof (same (1 * Mout + 0) 0 ltac:(lia) ltac:(lia))%nat as same10.
  pose proof (same (1 * Mout + 0) 1 ltac:(lia) ltac:(lia))%nat as same11.
  rewrite (proj2 (Nat.eqb_neq (1 * Mout + 0) 0)) in same10, same11 by lia.
  unfold composite, composite_secondary_row, composite_secondary_column, composite_primary_row,
    composite_primary_column in *.
  rewrite (quotient Mout), (remainder Mout) in same10, same11 by lia.
  rewrite (Nat.div_small 0 Mout), (Nat.mod_small 0 Mout) in same00, same01 by lia.
  simpl Nat.eqb in *. cbv iota in *.
  transitivity ((1 : A) * 1); [ring|]. rewrite <- same00, <- same11 at 1.
  match type of same00 with ?d0 * ?p0 = _ => match type of same11 with ?d1 * ?p1 = _ =>
    transitivity ((d0 * p1) * (d1 * p0)); [ring|] end end.
  rewrite same01. ring.
Qed.

(** Both as existence: a block that no swapped block equals … *)
Theorem some_block_is_no_swapped_block (L Min Mout Lout Min2 Mout2 Lout2 S : nat) :
  (1 : A) <> 0 -> (2 <= S)%nat -> (2 <= L * Min)%nat -> (1 <= Lout * Mout)%nat -> (2 <= Min2)%nat ->
  exists (Wp : nat -> nat -> nat -> A) (Wd : nat -> nat -> A),
  ~ exists (Wp2 : nat -> nat -> A) (Wd2 : nat -> nat -> nat -> A),
    forall o c s, (o < Lout * Mout)%nat -> (c < L * Min)%nat -> (s < S)%nat ->
    swapped_composite Min2 Mout2 Lout2 Wp2 Wd2 o c s = composite Min Mout Lout Wp Wd o c s.
Proof.
  intros one_is_not_zero two_taps two_inputs an_output two_channels.
  exists (diagonal_primary Min Mout), ones. intros (Wp2 & Wd2 & same).
  apply (no_swapped_block_is_diagonal Min2 Mout2 Lout2 one_is_not_zero two_channels).
  exists Wp2, Wd2. intros c s c_below s_below.
  rewrite same by lia. apply diagonal_is_composite; nia.
Qed.

(** … and a swapped block that no block equals. The partitions of the two need not be the same. *)
Theorem some_swapped_block_is_no_block (L Min Mout Lout Min2 Mout2 Lout2 S : nat) :
  (1 : A) <> 0 -> (2 <= S)%nat -> (1 <= L * Min)%nat ->
  (1 <= Min2)%nat -> (1 <= Mout2)%nat -> (2 <= Lout2)%nat -> (Lout2 * Mout2 <= Lout * Mout)%nat ->
  exists (Wp : nat -> nat -> A) (Wd : nat -> nat -> nat -> A),
  ~ exists (Wp2 : nat -> nat -> nat -> A) (Wd2 : nat -> nat -> A),
    forall o c s, (o < Lout * Mout)%nat -> (c < L * Min)%nat -> (s < S)%nat ->
    composite Min2 Mout2 Lout2 Wp2 Wd2 o c s = swapped_composite Min Mout Lout Wp Wd o c s.
Proof.
  intros one_is_not_zero two_taps an_input Min_positive Mout_positive two_outputs outputs.
  exists (fun _ _ => 1), first_or_second. intros (Wp2 & Wd2 & same).
  apply (no_block_is_first_or_second Min2 Mout2 Lout2); try assumption.
  exists Wp2, Wd2. intros o s o_below s_below.
  rewrite same by lia. apply first_or_second_is_swapped. lia.
Qed.

(** For S = 1 the two families agree … *)
Theorem one_tap_families_agree (Min Mout Lout o c : nat) (Wp : nat -> nat -> nat -> A) (Wd : nat -> nat -> A) :
  composite Min Mout Lout Wp Wd o c 0 =
  swapped_composite Min Mout Lout (fun e m => Wp e m 0%nat) (fun d l _ => Wd d l) o c 0.
Proof. reflexivity. Qed.

(** … for M = 1 every block is a swapped one … *)
Theorem one_channel_block_is_swapped (Mout Lout o c s : nat) (Wp : nat -> nat -> nat -> A) (Wd : nat -> nat -> A) :
  (o < Lout * Mout)%nat ->
  composite 1 Mout Lout Wp Wd o c s =
  swapped_composite 1 Mout Lout (fun _ _ => 1)
    (fun d l s => Wd d l * Wp (primary_row Mout l (d / Lout)%nat) 0%nat s) o c s.
Proof.
  intro below. destruct (channel_parts Lout Mout o below) as (l2 & m2 & l2_below & m2_below & ->).
  unfold composite, swapped_composite, composite_secondary_row, composite_secondary_column,
    composite_primary_row, composite_primary_column, primary_row.
  rewrite !(quotient Mout), !(remainder Mout), (quotient Lout), Nat.mod_1_r by assumption. ring.
Qed.

(** … and for L = 1 every swapped one is a block. *)
Theorem one_partition_swapped_is_block (Min Mout o c s : nat) (Wp : nat -> nat -> A) (Wd : nat -> nat -> nat -> A) :
  (o < Mout)%nat ->
  swapped_composite Min Mout 1 Wp Wd o c s =
  composite Min Mout 1 (fun e m s => Wd (e mod Mout)%nat (e / Mout)%nat s * Wp e m) (fun _ _ => 1) o c s.
Proof.
  intro below. unfold composite, swapped_composite, composite_secondary_row, composite_secondary_column,
    composite_primary_row, composite_primary_column.
  rewrite (Nat.mod_small o Mout), (Nat.div_small o Mout) by assumption.
  rewrite quotient, remainder, Nat.mul_1_r, Nat.add_0_r by assumption. ring.
Qed.

End Families.

(** ** The adjoint of a block is a swapped block *)

(** The window of the flipped convolution; for paddings below the span. *)
Definition flipped (k : window) : window :=
  Window (kernel_h k) (kernel_w k) 1 1 (dilation_h k) (dilation_w k)
    (flipped_padding (kernel_h k) (dilation_h k) (top k)) (flipped_padding (kernel_h k) (dilation_h k) (bottom k))
    (flipped_padding (kernel_w k) (dilation_w k) (left k)) (flipped_padding (kernel_w k) (dilation_w k) (right k)).

(** It gives back the size of the input. *)
Theorem flipped_size (size kernel dilation before after : nat) :
  1 <= size -> span kernel dilation <= size + before + after ->
  before <= dilation * (kernel - 1) -> after <= dilation * (kernel - 1) ->
  output_size (output_size size kernel 1 dilation before after) kernel 1 dilation
    (flipped_padding kernel dilation before) (flipped_padding kernel dilation after) = size.
Proof. unfold output_size, span, flipped_padding. intros. rewrite !Nat.div_1_r. lia. Qed.

Section SwappedAdjoint.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

(** Input and output channels of each group exchanged, taps in reverse order. *)
Definition flipped_kernel (k : window) (O I : nat) (K : nat -> nat -> nat -> nat -> A) (c n u v : nat) : A :=
  K (exchanged_row O I c n) (exchanged_column I c) (flipped_tap (kernel_h k) u) (flipped_tap (kernel_w k) v).

Lemma sum_reversed (n : nat) (f : nat -> A) : sum n f = ∑ i < n, f (flipped_tap n i).
Proof.
  revert f. induction n as [|n IH]; intro f; [reflexivity|].
  change (Datatypes.S n) with (1 + n)%nat at 2. rewrite sum_append, sum_one. simpl sum at 1.
  rewrite IH. unfold flipped_tap. rewrite (SRadd_comm (laws A)). f_equal; [f_equal; lia|].
  apply sum_ext. intros i i_below. f_equal. lia.
Qed.

Lemma padded_ext (H W : nat) x y (c : nat) (h w : Z) :
  (forall i j, x c i j = y c i j) -> padded (A := A) H W x c h w = padded H W y c h w.
Proof. intro same. unfold padded. destruct inside; [apply same|reflexivity]. Qed.

(** The adjoint of a group convolution with stride 1 is a group convolution with flipped taps. *)
Theorem group_adjoint_is_flipped (k : window) (rows columns O I : nat) (K : nat -> nat -> nat -> nat -> A) g (c h w : nat) :
  stride_h k = 1%nat -> stride_w k = 1%nat ->
  (top k <= dilation_h k * (kernel_h k - 1))%nat -> (left k <= dilation_w k * (kernel_w k - 1))%nat ->
  group_input_adjoint k rows columns O I K g c h w =
  group_convolution I O (flipped k) (flipped_kernel k O I K) (padded rows columns g) c h w.
Proof.
  intros stride_h_one stride_w_one top_small left_small.
  unfold group_input_adjoint, input_adjoint, group_convolution.
  apply sum_ext. intros n _. simpl kernel_h. rewrite (sum_reversed (kernel_h k)). apply sum_ext. intros u u_below.
  simpl kernel_w. rewrite (sum_reversed (kernel_w k)). apply sum_ext. intros v v_below.
  unfold is_output_row, is_output_column, is_output_position. rewrite stride_h_one, stride_w_one, !Z.mod_1_r. simpl.
  unfold flipped_kernel, kernel_part, exchanged_row, exchanged_column, partition_channel. f_equal.
  unfold output_row, output_column, output_position. rewrite stride_h_one, stride_w_one, !Z.div_1_r.
  unfold row_under, column_under, input_position, flipped, flipped_padding, flipped_tap; simpl.
  assert (forall kernel dilation before u h : nat, (u < kernel)%nat -> (before <= dilation * (kernel - 1))%nat ->
    (Z.of_nat h + Z.of_nat before - Z.of_nat (kernel - 1 - u) * Z.of_nat dilation =
     Z.of_nat h * 1 + Z.of_nat u * Z.of_nat dilation - Z.of_nat (dilation * (kernel - 1) - before))%Z) as same.
  { intros. rewrite !Nat2Z.inj_sub, Nat2Z.inj_mul, Nat2Z.inj_sub by lia. ring. }
  rewrite !same by assumption. reflexivity.
Qed.

(** The swapped block: 1 x 1 first, spatial second, spec/07-extensions.ts. *)
Definition swapped_block (L Min Mout Lout : nat) (k : window) (H W : nat) (Wp Wd : nat -> nat -> nat -> nat -> A)
    (x : nat -> nat -> nat -> A) (o i j : nat) : A :=
  group_convolution Lout L k Wd
    (padded H W (fun c => group_convolution Mout Min unit_window Wp (padded H W x) (interleave_source L Mout c)))
    (deinterleave_source Lout Mout o) i j.

(** Claim 9: the adjoint of a block with stride 1, L partitions of Min to Mout and Mout of L to Lout channels, is
    a swapped block with Mout partitions of Lout to L and L of Mout to Min channels: (L, M) becomes (M, L). Its
    input is interleaved, its output deinterleaved. *)
Theorem block_adjoint_is_swapped_block (L Min Mout Lout : nat) (k : window) (H W : nat)
    (Wp Wd : nat -> nat -> nat -> nat -> A) (g : nat -> nat -> nat -> A) (c h w : nat) :
  stride_h k = 1%nat -> stride_w k = 1%nat ->
  (top k <= dilation_h k * (kernel_h k - 1))%nat -> (left k <= dilation_w k * (kernel_w k - 1))%nat ->
  (c < L * Min)%nat ->
  block_adjoint L Min Mout Lout k H W Wp Wd g c h w =
  swapped_block Mout Lout L Min (flipped k) (out_h k H) (out_w k W)
    (flipped_kernel unit_window Lout L Wd) (flipped_kernel k Mout Min Wp)
    (fun d => g (interleave_source Lout Mout d)) (interleave_index L Min c) h w.
Proof.
  intros stride_h_one stride_w_one top_small left_small c_below.
  unfold block_adjoint, swapped_block. rewrite group_adjoint_is_flipped by assumption.
  assert (deinterleave_source Min L (interleave_index L Min c) = c) as ->
    by now apply deinterleave_after_interleave.
  apply sum_ext. intros n _. apply sum_ext. intros u _. apply sum_ext. intros v _. f_equal.
  apply padded_ext. intros i j. unfold g_primary, g_interleaved.
  rewrite group_adjoint_is_flipped by (reflexivity || apply Nat.le_0_l). reflexivity.
Qed.

End SwappedAdjoint.
