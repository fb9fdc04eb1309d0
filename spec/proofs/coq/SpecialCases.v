(** * Claim 4 (second part): regular convolution, summation fusion, Xception and L = 1 as blocks

    Stated for an arbitrary patch, hence at every output pixel of every stride, padding and dilation.

    On paper: put the particular secondary kernel into
    x'[l2, m2] = sum over l of Wd[m2 Lout + l2, l] y[l Mout + m2] ([Composite.block_expanded]).
    - Regular convolution, K splits: partition l = a K + b holds W_ab and sees split b of x, so y_l = W_ab x_b.
      The secondary kernel keeps the l whose a is l2 mod K: what is left is the sum over b of W_ab x_b = o_a.
    - Summation fusion: all weights 1, so every l2 gives the sum of all partitions.
    - M = 1: the primary convolution is channel-wise, the secondary a dense 1 x 1 one, and the interleave does
      nothing.
    - L = 1: a regular convolution whose output channels are scaled. *)

From Coq Require Import Arith Lia Ring Setoid.
From IGC Require Import Formulas Division Sum Interleave GroupConvolution Composite.

Section SpecialCases.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

(** ** Regular convolution, Fig. 2, for K x K splits *)

Section RegularConvolution.

Variables K Min Mout S : nat.
Variable W : nat -> nat -> nat -> A.   (* regular kernel: K Mout outputs, K Min inputs, S taps *)
Variable X : nat -> nat -> A.          (* its patch: K Min channels *)

Definition split_primary (row m s : nat) : A := W (split_kernel_row K Mout row) (split_kernel_column K Min Mout row m) s.
Definition split_secondary (row l : nat) : A :=
  match split_secondary_weight K (row mod (K * K)) l with O => 0 | _ => 1 end.

(** x repeated K times. *)
Definition repeated (c s : nat) : A := X (split_channel K Min c) s.

Lemma split_secondary_at (m2 l2 a b : nat) :
  (l2 < K * K)%nat -> (b < K)%nat ->
  split_secondary (secondary_row (K * K) m2 l2) (a * K + b)%nat = if (a =? l2 mod K)%nat then 1 else 0.
Proof.
  intros l2_below b_below. unfold split_secondary, split_secondary_weight, secondary_row.
  rewrite (remainder (K * K)), (quotient K) by assumption. now destruct (a =? l2 mod K)%nat.
Qed.

Lemma split_primary_at (a b m2 m s : nat) :
  (b < K)%nat -> (m2 < Mout)%nat ->
  split_primary (primary_row Mout (a * K + b) m2) m s = W (a * Mout + m2)%nat (b * Min + m)%nat s.
Proof.
  intros b_below m2_below. unfold split_primary, split_kernel_row, split_kernel_column, primary_row.
  now rewrite (quotient Mout), (remainder Mout), (quotient K), (remainder K).
Qed.

Lemma repeated_at (a b m s : nat) :
  (b < K)%nat -> (m < Min)%nat ->
  repeated (partition_channel Min (a * K + b) m) s = X (b * Min + m)%nat s.
Proof.
  intros b_below m_below. unfold repeated, split_channel, partition_channel. f_equal.
  replace ((a * K + b) * Min + m)%nat with (a * (K * Min) + (b * Min + m))%nat by ring.
  apply remainder. now apply in_range.
Qed.

(** The block gives the convolution's outputs, repeated K times, as Fig. 2 draws: o_1, …, o_K, o_1, …, o_K, … *)
Theorem regular_convolution_is_a_block (o : nat) :
  (o < K * K * Mout)%nat ->
  block_at (K * K) Min Mout (K * K) S split_primary split_secondary repeated o =
  regular_at (K * Min) S W X (split_channel K Mout o).
Proof.
  intro below. destruct (channel_parts (K * K) Mout o below) as (l2 & m2 & l2_below & m2_below & ->).
  fold (output_channel Mout l2 m2). rewrite block_expanded by assumption.
  assert (split_channel K Mout (output_channel Mout l2 m2) = (l2 mod K) * Mout + m2)%nat as ->.
  { destruct (channel_parts K K l2 l2_below) as (r & a & r_below & a_below & ->).
    unfold split_channel, output_channel. rewrite remainder by assumption.
    replace ((r * K + a) * Mout + m2)%nat with (r * (K * Mout) + (a * Mout + m2))%nat by ring.
    apply remainder. now apply in_range. }
  assert (l2 mod K < K)%nat as a_below by (apply Nat.mod_upper_bound; intro; subst; simpl in l2_below; lia).
  unfold regular_at. rewrite !sum_blocks.
  rewrite (sum_single A K (l2 mod K)); [|assumption|].
  - apply sum_ext. intros b b_below.
    rewrite split_secondary_at, Nat.eqb_refl, (SRmul_1_l (laws A)) by assumption.
    apply sum_ext. intros m m_below. apply sum_ext. intros s _.
    now rewrite split_primary_at, repeated_at.
  - intros a _ other. apply sum_vanishes. intros b b_below.
    rewrite split_secondary_at, (proj2 (Nat.eqb_neq _ _) other) by assumption. ring.
Qed.

End RegularConvolution.

(** The same with geometry: every stride, dilation and padding. The other cases carry over in the same way, by
    [Composite.block_at_its_patch]. *)
Theorem regular_convolution_is_a_block_everywhere (K Min Mout : nat) (w : window) (H W : nat)
    (kernel : nat -> nat -> nat -> nat -> A) (x : nat -> nat -> nat -> A) (o i j : nat) :
  (o < K * K * Mout)%nat -> (i < out_h w H)%nat -> (j < out_w w W)%nat ->
  block (K * K) Min Mout (K * K) w H W
    (fun row m => kernel (split_kernel_row K Mout row) (split_kernel_column K Min Mout row m))
    (fun row l _ _ => split_secondary K row l) (fun _ => 0) (fun _ => 0)
    (fun c => x (split_channel K Min c)) o i j =
  convolution (K * Min) w kernel (padded H W x) (split_channel K Mout o) i j.
Proof.
  intros. rewrite block_at_its_patch, convolution_at_its_patch by assumption.
  now apply (regular_convolution_is_a_block K Min Mout _ (flat w kernel) (patch w (padded H W x) i j)).
Qed.

(** ** Summation fusion *)

(** Every l2 gives the sum of the outputs of all partitions. *)
Theorem summation_fusion (L Min Mout Lout S : nat) (Wp : nat -> nat -> nat -> A) (X : nat -> nat -> A) (l2 m2 : nat) :
  (l2 < Lout)%nat -> (m2 < Mout)%nat ->
  block_at L Min Mout Lout S Wp (fun _ _ => 1) X (output_channel Mout l2 m2) =
  ∑ l < L, group_at Mout Min S Wp X (partition_channel Mout l m2).
Proof.
  intros. rewrite block_expanded by assumption. apply sum_ext. intros l _.
  rewrite (SRmul_1_l (laws A)). unfold group_at, partition_channel. now rewrite quotient.
Qed.

(** ** Xception: M = 1, with any number Lout of outputs *)

(** Channel-wise spatial convolution, then a dense 1 x 1 one. *)
Definition depthwise_separable_at (C S : nat) (depthwise : nat -> nat -> nat -> A) (pointwise : nat -> nat -> A)
    (X : nat -> nat -> A) (o : nat) : A :=
  ∑ c < C, pointwise o c * ∑ s < S, depthwise c 0%nat s * X c s.

Theorem xception_is_a_block (L Lout S : nat) (Wp : nat -> nat -> nat -> A) Wd X (o : nat) :
  (o < Lout)%nat -> block_at L 1 1 Lout S Wp Wd X o = depthwise_separable_at L S Wp Wd X o.
Proof.
  intro below.
  replace o with (output_channel 1 o 0) at 1 by (unfold output_channel; lia).
  rewrite block_expanded by lia. apply sum_ext. intros l _. rewrite sum_one.
  unfold secondary_row, primary_row, partition_channel. now rewrite Nat.mul_1_r, !Nat.add_0_r.
Qed.

(** ** L = 1: a regular convolution, then one factor for each output channel *)

Theorem one_primary_partition (Min Mout S : nat) (Wp : nat -> nat -> nat -> A) Wd X (o : nat) :
  (o < Mout)%nat ->
  block_at 1 Min Mout 1 S Wp Wd X o = Wd o 0%nat * regular_at Min S Wp X o.
Proof.
  intro below. replace o with (output_channel Mout 0 o) at 1 by reflexivity.
  rewrite block_expanded by lia. rewrite sum_one.
  unfold secondary_row, primary_row, partition_channel. now rewrite Nat.mul_1_r, Nat.add_0_r.
Qed.

End SpecialCases.

(** With M = 1 the interleave moves nothing, and with L = 1 neither. *)
Theorem interleave_of_one_channel_partitions (L c : nat) : interleave_index L 1 c = c.
Proof. unfold interleave_index. rewrite Nat.mod_1_r, Nat.div_1_r. reflexivity. Qed.

Theorem interleave_of_one_partition (M c : nat) : c < M -> interleave_index 1 M c = c.
Proof. intro. unfold interleave_index. rewrite Nat.mod_small, Nat.div_small by assumption. lia. Qed.
